import { expect } from 'chai'
import type { Page } from 'playwright-core'
import { accessibilityFaults, keepScreenshot, openWindow } from '../../browser/browser.ts'
import { until, untilTrue } from '../../support/until.ts'
import { says, type At } from './console-in-browser.ts'

export const ordersInConsole = (at: At): void => {
  it('lets the operator in, and shows an order as it is placed and comes to rest', async () => {
    const { running, page, heading, button, tea } = at()
    await page.goto('/')
    await button('Sign in as operator').waitFor()
    expect(await accessibilityFaults(page)).to.deep.equal([])
    await button('Sign in as operator').click()
    await heading('Orders').waitFor()
    await says(page.locator('.state'), 'Live')
    const orderId = await running.client.place('lena', 'live', tea())
    const number = (await until('the order is there', () => running.client.order(orderId))).number
    const row = page.getByRole('row', { name: new RegExp(number) })
    await says(row, 'Confirmed')
    await row.getByRole('link').first().click()
    await heading(new RegExp(number)).waitFor()
    await says(page.locator('.wait'), 'It waits to be shipped')
    for (const step of ['Order placed', 'Inventory reserved', 'Payment succeeded', 'Order confirmed'])
      await says(page.locator('.step'), step)
    // From the placing to the reservation, to the payment, to the confirmation, at the least.
    await untilTrue('what followed from what is drawn', async () => (await page.locator('.cause').count()) >= 4)
    await says(page.locator('.step').filter({ hasText: 'Stock reserved' }), '1 × ')
    await untilTrue(
      'the stock has its line too',
      async () => (await page.locator('.cause.lane-inventory').count()) >= 3,
    )
    await keepScreenshot(page, 'order')
  })

  it('ships once for two operators, and tells the one who was slower', async () => {
    const { running, browser, page, button, confirmed } = at()
    const orderId = await confirmed('wanda')
    const token = running.token('otto', 'operator')
    const other = await openWindow(browser, running.shop.urls.console, { token })
    const fill = async (of: Page, tracking: string): Promise<void> => {
      await of.goto(`/#/orders/${orderId}`)
      await of.getByRole('button', { name: 'Ship…' }).click()
      await of.getByLabel('Tracking number').fill(tracking)
    }
    await fill(page, 'MINE')
    await fill(other.page, 'THEIRS')
    expect(await accessibilityFaults(other.page)).to.deep.equal([])
    await keepScreenshot(other.page, 'ship')
    await other.page.getByRole('button', { name: 'Ship it' }).click()
    await says(other.page.locator('h1'), 'Shipped')
    await button('Ship it').click()
    await says(page.getByRole('alert'), 'Nothing was done: the order was shipped under another tracking number')
    await keepScreenshot(page, 'two-operators')
    await button('Close').click()
    await says(page.locator('h1'), 'Shipped')
    expect(await running.client.timeline(orderId)).to.include('OrderShipped')
    await button('Delivered…').click()
    await button('It has arrived').click()
    await says(page.locator('.wait'), 'At rest')
    expect(other.complaints).to.deep.equal([])
    await other.context.close()
  })

  it('does nothing to an order that has changed since it was looked at, and says so', async () => {
    const { running, page, button, tea } = at()
    const orderId = await running.client.place('anke', 'asked', tea(), 'card-action')
    const { payment } = await running.client.orderThat(
      orderId,
      'waiting for the customer',
      ({ payment: { actionUrl } }) => actionUrl !== undefined,
    )
    await page.goto(`/#/orders/${orderId}`)
    await says(page.locator('.wait'), /The customer has to confirm the payment[^]*Until/)
    await says(page.locator('.sums'), /Open\s*€4\.50/)
    await keepScreenshot(page, 'order-waits')
    await button('Cancel…').click()
    // Meanwhile the customer pays.
    await fetch(payment.actionUrl ?? '')
    await running.client.orderThat(orderId, 'confirmed', ({ status }) => status === 'confirmed')
    await button('Cancel the order').click()
    await says(page.getByRole('alert'), 'has changed this order since you looked at it, so nothing was done')
    await keepScreenshot(page, 'changed-meanwhile')
    await button('Close').click()
    await says(page.locator('h1'), 'Confirmed')
  })

  it('gives money back, and shows it on its way', async () => {
    const { running, page, button, confirmed } = at()
    const orderId = await confirmed('rosa')
    await page.goto(`/#/orders/${orderId}`)
    await button('Refund…').click()
    await page.getByLabel(/Amount/).fill('1.5o')
    await page.getByLabel(/Reason/).fill('<img src=x onerror=alert(1)>')
    await button('Give it back').click()
    await says(page.getByRole('alert'), 'Write an amount of EUR')
    await page.getByLabel(/Amount/).fill('1,50')
    await button('Give it back').click()
    await says(page.locator('.sums'), /Given back\s*€1\.50/)
    const order = await running.client.orderThat(orderId, 'refunded', ({ payment }) => payment.refunded.amount === 150)
    expect(order.status).to.equal('confirmed')
    await button(/^Refund requested/)
      .first()
      .click()
    // Whatever somebody has written is text.
    await says(page.getByRole('dialog'), '<img src=x onerror=alert(1)>')
    expect(await page.locator('img[src=x]').count()).to.equal(0)
    await button('Close').click()
  })

  it('settles a refund by hand that the provider has declined, and withdraws another', async () => {
    const { running, page, button, confirmed } = at()
    const { client, shop } = running
    const orderId = await confirmed('wilma')
    await page.goto(`/#/orders/${orderId}`)
    const refunds = page.getByRole('region', { name: /^Money/ }).getByRole('listitem')
    const declined = async (amount: string): Promise<void> => {
      const fault = { operation: 'refund', kind: 'decline', when: 'before', times: 1 }
      await client.call('POST', `${shop.urls.paymentProvider}/test/faults`, undefined, fault)
      await button('Refund…').click()
      await page.getByLabel(/Amount/).fill(amount)
      await page.getByLabel(/Reason/).fill('broken')
      await button('Give it back').click()
      await says(refunds.filter({ hasText: `€${amount}` }), 'Failed')
    }
    const note = async (amount: string, what: RegExp, text: string, verb: string): Promise<void> => {
      await refunds
        .filter({ hasText: `€${amount}` })
        .getByRole('button', { name: what })
        .click()
      await page.getByLabel('Note').fill(text)
      await button(verb).click()
    }
    await declined('1.00')
    await note('1.00', /^Settle…/, 'transferred', 'It is paid')
    await says(refunds.filter({ hasText: '€1.00' }), 'Settled by hand')
    await says(page.locator('.sums'), /Given back\s*€1\.00/)
    await declined('2.00')
    await note('2.00', /^Withdraw…/, 'a mistake', 'Withdraw it')
    await says(refunds.filter({ hasText: '€2.00' }), 'Withdrawn')
    await says(page.locator('.sums'), /Left\s*€3\.50/)
    const timeline = await client.timeline(orderId)
    expect(timeline).to.include.members(['RefundSettledManually', 'RefundWithdrawn'])
    await keepScreenshot(page, 'order-refunds')
  })

  it('sends a message once more, and shows what became of it', async () => {
    const { running, page, button, confirmed } = at()
    const orderId = await confirmed('renate')
    const { number } = (await running.client.order(orderId)) ?? { number: '' }
    const subjects = async () =>
      (await running.client.mails())
        .filter(({ subject }) => subject.includes(number))
        .map(({ subject }) => subject)
        .sort()
    const [received, told] = [`We have received your order ${number}`, `Your order ${number} is confirmed`]
    await untilTrue('the customer has been told', async () => (await subjects()).length === 2)
    await page.goto(`/#/orders/${orderId}`)
    const messages = page.getByRole('region', { name: 'Messages' }).getByRole('listitem')
    await messages.filter({ hasText: 'Confirmed' }).getByRole('button').click()
    await says(page.getByRole('dialog'), 'to the same address')
    await button('Send it').click()
    await says(messages.filter({ hasText: 'Confirmed' }).nth(1), 'Sent')
    expect(await subjects()).to.deep.equal([received, told, told])
  })
}
