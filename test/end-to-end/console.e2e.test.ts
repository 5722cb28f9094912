import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import type { Browser, Locator, Page } from 'playwright-core'
import { signatureHeader, signWebhook } from '../../infrastructure/http/webhook-signature.ts'
import {
  accessibilityFaults,
  installedChromium,
  keepScreenshot,
  openWindow,
  overflowOf,
  startBrowser,
  type Look,
  type Window,
} from '../browser/browser.ts'
import { until, untilTrue } from '../support/until.ts'
import { shopStartLimitMs, startRunningShop, type RunningShop } from './running-shop.ts'

const chromium = installedChromium()

describe('the console in a browser', function () {
  if (chromium === undefined) {
    it('is not tried: there is no Chromium here (CHROMIUM names one elsewhere)')
    return
  }
  this.timeout(60_000)
  let running: RunningShop
  let browser: Browser
  let operator: Window
  let page: Page
  before(async function () {
    this.timeout(shopStartLimitMs)
    ;[running, browser] = await Promise.all([startRunningShop(), startBrowser(chromium)])
    operator = await openWindow(browser, running.shop.urls.console)
    page = operator.page
  })
  after(async () => {
    await browser?.close()
    await running?.stop()
  })
  afterEach(async function () {
    if (this.currentTest?.isFailed() === true)
      await keepScreenshot(page, `failed ${this.currentTest.title.slice(0, 30)}`)
    expect(operator.complaints).to.deep.equal([])
  })

  const tea = () => [{ sku: running.sku('TEA-MINT-050'), quantity: 1 }]
  const confirmed = async (customer: string): Promise<string> => {
    const orderId = await running.client.place(customer, 'one', tea())
    await running.client.orderThat(orderId, 'confirmed', ({ status }) => status === 'confirmed')
    return orderId
  }
  const heading = (name: string | RegExp): Locator => page.getByRole('heading', { name })
  const button = (name: string | RegExp): Locator => page.getByRole('button', { name })
  /** Until a text stands in a part of the page: what is waited for is seen, never a time. */
  const says = (where: Locator, text: string | RegExp): Promise<void> =>
    where.filter({ hasText: text }).first().waitFor()

  it('lets the operator in, and shows an order as it is placed and comes to rest', async () => {
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
    await keepScreenshot(page, 'order')
  })

  it('ships once for two operators, and tells the one who was slower', async () => {
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
    const orderId = await running.client.place('anke', 'asked', tea(), 'card-action')
    const { payment } = await running.client.orderThat(
      orderId,
      'waiting for the customer',
      ({ payment: { actionUrl } }) => actionUrl !== undefined,
    )
    await page.goto(`/#/orders/${orderId}`)
    await says(page.locator('.wait'), /The customer has to confirm the payment[^]*Until/)
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

  it('retries what a service could not handle, once its cause is mended', async () => {
    const orderId = await confirmed('petra')
    const refundId = randomUUID()
    // The provider speaks of a refund that nobody has asked for yet, and not of how much: that is parked.
    const body = JSON.stringify({
      id: randomUUID(),
      type: 'refund.succeeded',
      createdAt: new Date().toISOString(),
      data: { orderId, refundId, attempt: 1, providerRefundId: 're_early' },
    })
    const signature = signWebhook(running.shop.secrets.webhookSecret, Buffer.from(body), new Date())
    const headers = { 'content-type': 'application/json', [signatureHeader]: signature }
    await fetch(`${running.shop.urls.commandApi}/v1/webhooks/mock`, { method: 'POST', headers, body })
    await page.goto('/#/dead-letters')
    const row = page.getByRole('row', { name: /Payment provider event received/ })
    await says(row, 'Provider outcome incomplete')
    await row.getByRole('checkbox').check()
    await button('What would a retry do?').click()
    await says(page.getByRole('dialog'), 'payment')
    expect(await accessibilityFaults(page)).to.deep.equal([])
    await keepScreenshot(page, 'dry-run')
    await button('Close').click()
    await page.goto(`/#/orders/${orderId}`)
    await says(page.locator('.wait'), 'It waits for you to retry it or to discard it')
    await says(
      page.locator('.step').filter({ hasText: 'Payment provider event received' }),
      'Put aside by payment, tried 1 ×',
    )
    const amount = { amount: 100, currency: 'EUR' }
    await running.client.operate(`/v1/orders/${orderId}/refunds`, { refundId, amount, reason: 'goodwill' })
    await page.goto('/#/dead-letters')
    await row.getByRole('link').first().click()
    await heading('What a retry would do').waitFor()
    expect(await accessibilityFaults(page)).to.deep.equal([])
    await keepScreenshot(page, 'dead-letter')
    await button('Retry…').click()
    await button('Retry it').click()
    await says(page.getByRole('dialog'), '1 of 1: Retrying')
    await button('Close').click()
    await says(page.locator('main'), /Settled[^]* by operator/)
    await page.goto('/#/dead-letters')
    await says(page.locator('main'), 'Nothing is put aside.')
    await running.client.orderThat(orderId, 'refunded', ({ payment }) => payment.refunded.amount === 100)
  })

  it('builds a read model anew, and says when it is swapped in', async () => {
    await page.goto('/#/projections')
    await button(/^Rebuild timeline/).click()
    await says(page.getByRole('dialog'), 'Until then the live one serves on')
    await button('Build it anew').click()
    const card = page.getByRole('region', { name: /^timeline/ })
    await says(card, /Built anew from \d+ events, and swapped in/)
    await keepScreenshot(page, 'projections')
  })

  it('shows a stream as it grows, a page at a time; what is personal only to who asks', async () => {
    await page.goto('/#/streams/%24all')
    await says(page.locator('.state'), 'Live')
    const orderId = await running.client.place('sina', 'stream', tea())
    const row = page
      .getByRole('row')
      .filter({ hasText: `order-${orderId}` })
      .filter({ hasText: 'Order placed' })
    await row.getByRole('button').click()
    const dialog = page.getByRole('dialog')
    await says(dialog, /"shipTo": "•••"/)
    expect(await dialog.textContent()).not.to.contain('Lindenweg')
    await dialog.getByRole('button', { name: 'Show it (this is logged)' }).click()
    await says(dialog, 'Lindenweg')
    await button('Close').click()
    await page.goto('/#/streams/%24all?direction=forwards&from=start')
    await page.getByRole('link', { name: 'Newer' }).click()
    await page.getByRole('link', { name: 'Older' }).click()
    await says(page.getByRole('table'), 'Order')
  })

  it('says that a store is away, and goes on when it is back', async () => {
    await page.goto('/#/streams/%24all')
    await says(page.locator('.state'), 'Live')
    await running.shop.child('event-store')?.stop()
    await says(page.locator('.state.away'), /./)
    await keepScreenshot(page, 'store-away')
    running.shop.child('event-store')?.start()
    await running.shop.untilReady()
    await says(page.locator('.state'), 'Live')
    const orderId = await running.client.place('wilma', 'back', tea())
    await says(page.getByRole('table'), `order-${orderId}`)
  })

  it('is for everybody: axe finds nothing in any view, and nothing is wider than a telephone', async () => {
    const orderId = await confirmed('zoe')
    const views: Readonly<Record<string, readonly [hash: string, ready: string]>> = {
      orders: ['#/orders', 'table'],
      order: [`#/orders/${orderId}`, '.timeline .step'],
      sales: ['#/sales', '.card'],
      'dead-letters': ['#/dead-letters', '.empty.good'],
      streams: ['#/streams', 'table'],
      stream: [`#/streams/payment-${orderId}`, 'table'],
      projections: ['#/projections', '.card'],
      health: ['#/health', 'table'],
    }
    const looks: readonly Look[] = [
      { width: 1280, scheme: 'light' },
      { width: 360, scheme: 'dark' },
    ]
    const token = running.token('olga', 'operator')
    for (const look of looks) {
      const window = await openWindow(browser, running.shop.urls.console, { ...look, token })
      for (const [name, [hash, ready]] of Object.entries(views)) {
        await window.page.goto(`/${hash}`)
        await window.page.locator(ready).first().waitFor()
        await says(window.page.locator('.state'), 'Live')
        const of = `${name} ${look.width} ${look.scheme}`
        await keepScreenshot(window.page, of.replaceAll(' ', '-'))
        expect(await accessibilityFaults(window.page), of).to.deep.equal([])
        expect(await overflowOf(window.page), of).to.be.at.most(0)
      }
      expect(window.complaints).to.deep.equal([])
      await window.context.close()
    }
  })
})
