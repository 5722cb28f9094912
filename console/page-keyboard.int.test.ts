import { isDeepStrictEqual } from 'node:util'
import { expect } from 'chai'
import { idAt, orderAt, pageOf, streamEventAt } from '../test/console/answers.ts'
import { describePage } from '../test/console/page-under-test.ts'
import { until } from '../test/support/until.ts'

describePage('the page of the console by keyboard alone', (at) => {
  const { orderId } = orderAt(1)
  const focused = () => at().page.evaluate<string>('document.activeElement.textContent.trim()')
  const press = (key: string) => at().page.keyboard.press(key)
  /** Until it has the focus; somebody who cannot use a pointer has no other way to it. */
  const tabTo = async (text: string): Promise<void> => {
    for (let presses = 0; presses < 40; presses += 1) {
      if ((await focused()) === text) return
      await press('Tab')
    }
    throw new Error(`${text} is not reached`)
  }
  const dialog = (name?: string) => at().page.getByRole('dialog', name === undefined ? {} : { name })

  it('an order is found, opened and shipped, and the focus is always where one goes on', async () => {
    const { page } = at()
    let order = orderAt(1)
    let shipped: unknown
    at().apis = {
      '/api/read/v1/orders': () => pageOf(order, orderAt(2)),
      [`/api/read/v1/orders/${orderId}`]: () => ({ body: order }),
      [`/api/read/v1/orders/${orderId}/timeline`]: () => pageOf(),
      '/api/processors/v1/dead-letters': () => pageOf(),
      [`/api/command/v1/orders/${orderId}/ship`]: (_query, body) => {
        shipped = body
        order = orderAt(1, { status: 'shipped', revision: 2 })
        return { body: {} }
      },
    }
    await page.goto('/')
    await page.getByRole('link', { name: order.number }).waitFor()
    // What comes first leads past the navigation.
    await press('Tab')
    expect(await focused()).to.equal('Skip to the content')
    await press('Enter')
    expect(await page.evaluate('document.activeElement.id')).to.equal('main')
    await tabTo(order.number)
    await press('Enter')
    await page.getByRole('heading', { name: order.number }).waitFor()
    await tabTo('Ship…')
    await press('Enter')
    await dialog(`Ship ${order.number}`).waitFor()
    expect(await page.evaluate('document.activeElement.name')).to.equal('carrier')
    await press('Escape')
    await dialog().waitFor({ state: 'detached' })
    expect(await focused()).to.equal('Ship…')
    await press('Enter')
    await dialog().waitFor()
    await press('Tab')
    await page.keyboard.type('T-1')
    await press('Enter')
    await dialog().waitFor({ state: 'detached' })
    await page.getByRole('heading', { name: 'Shipped' }).waitFor()
    expect(shipped).to.deep.equal({ carrier: 'DHL', trackingNumber: 'T-1' })
    // Its button is gone with what it was for.
    expect(await page.evaluate('document.activeElement.id')).to.equal('main')
    await tabTo('Delivered…')
  })

  it('a refusal is read where the question was, and then closed', async () => {
    const { page } = at()
    at().apis = {
      [`/api/read/v1/orders/${orderId}`]: () => ({ body: orderAt(1) }),
      [`/api/read/v1/orders/${orderId}/timeline`]: () => pageOf(),
      '/api/processors/v1/dead-letters': () => pageOf(),
      [`/api/command/v1/orders/${orderId}/cancel`]: () => ({
        status: 412,
        body: { code: 'revision_mismatch', detail: 'It has another revision.' },
      }),
    }
    await page.goto(`/#/orders/${idAt(1)}`)
    await page.getByRole('button', { name: 'Cancel…' }).focus()
    await press('Enter')
    await tabTo('Cancel the order')
    await press('Enter')
    await page.getByText('has changed this order since you looked at it, so nothing was done').waitFor()
    expect(await focused()).to.equal('Close')
    await press('Enter')
    await dialog().waitFor({ state: 'detached' })
    expect(await focused()).to.equal('Cancel…')
  })

  it('a search is typed and chosen without the focus leaving the field, and comes back with the address', async () => {
    const { page, asked } = at()
    at().apis = { '/api/read/v1/orders': () => pageOf(orderAt(1)) }
    const query = (): URLSearchParams => new URL(page.url().replace('#/orders', '')).searchParams
    const focusedField = () => page.evaluate<string>('document.activeElement.name')
    await page.goto('/')
    await page.getByRole('link', { name: orderAt(1).number }).waitFor()
    await page.getByLabel('Search in').focus()
    await press('ArrowDown')
    await press('Tab')
    await page.keyboard.type('ann')
    await press('Enter')
    await page.waitForURL(/text=ann/)
    expect([query().get('in'), await focusedField()]).to.deep.equal(['customer', 'text'])
    await press('Tab')
    // Each key is a search of its own; the second goes on from the first.
    await press('ArrowDown')
    await page.waitForURL(/status=placed/)
    await press('ArrowDown')
    await page.waitForURL(/status=confirmed/)
    expect(await focusedField()).to.equal('status')
    await page.getByLabel('From').focus()
    await page.keyboard.type('03012026')
    await page.waitForURL(/from=2026-03-01/)
    expect(await focusedField()).to.equal('from')
    expect(asked.at(-1)).to.include('customerId=ann&status=confirmed')
    await page.goBack()
    await page.goto('/#/orders')
    // The page hears of its address a moment later.
    const given = () => page.evaluate('Object.fromEntries(new FormData(document.querySelector("form")))')
    const nothingGiven = { in: 'number', text: '', status: '', payment: '', from: '', to: '' }
    await until('the form is as it was', async () => isDeepStrictEqual(await given(), nothingGiven) || undefined)
  })

  it('another page of a stream is read from its top', async () => {
    const { page } = at()
    const pages = { items: [streamEventAt(2), streamEventAt(1)], older: '0', newer: null }
    at().apis = { '/v1/streams/order-1': () => ({ body: { stream: 'order-1', ...pages } }) }
    await page.goto('/#/streams/order-1')
    await page.getByRole('link', { name: 'Older' }).focus()
    await press('Enter')
    await page.waitForURL(/from=0/)
    await page.getByRole('button', { name: 'Event2' }).waitFor()
    expect(await page.evaluate('document.activeElement.id')).to.equal('main')
  })
})
