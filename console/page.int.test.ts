import { expect } from 'chai'
import { eur, happenedAt, idAt, letterAt, orderAt, pageOf, pageOfMany, streamEventAt } from '../test/console/answers.ts'
import { describePage, told, type Answer } from '../test/console/page-under-test.ts'

const orders = '/api/read/v1/orders'
const stream = '/v1/streams/order-1'
const streamPage = {
  body: {
    stream: 'order-1',
    direction: 'backwards',
    items: Array.from({ length: 50 }, (_, index) => streamEventAt(99_999 - index)),
    older: '99949',
    newer: null,
  },
}
const eventAt = (number: number) => {
  const { event } = letterAt(number)
  if (event === null) throw new Error('it has an event')
  return event
}
const lettersOf = (group: string) => `/api/processors/v1/dead-letters/${group}`

describePage('the page of the console, without a shop behind it', (at) => {
  const rows = () => at().page.locator('tbody tr').count()
  const button = (name: string) => at().page.getByRole('button', { name, exact: true })
  const order = (index: number) => at().page.getByRole('link', { name: orderAt(index).number })

  it('goes through a hundred thousand orders a page at a time, and back, and never holds more than one', async () => {
    const { page, asked } = at()
    at().apis = { [orders]: (query) => pageOfMany(query, orderAt) }
    await page.goto('/')
    await order(0).waitFor()
    expect(await rows()).to.equal(50)
    for (const first of [50, 100, 150]) {
      await button('Older').click()
      await order(first).waitFor()
      expect(await rows()).to.equal(50)
    }
    await button('Newer').click()
    await order(100).waitFor()
    expect(await rows()).to.equal(50)
    const ofOrders = asked.filter((one) => one.startsWith(`GET ${orders}`))
    expect(ofOrders.filter((one) => !/\?.*limit=50\b/.test(one))).to.deep.equal([])
  })

  it('takes in what is placed meanwhile, and still holds one page', async () => {
    const { page } = at()
    let placed = 0
    at().apis = { [orders]: (query) => pageOfMany(query, (index) => orderAt(index - placed)) }
    await page.goto('/')
    await order(0).waitFor()
    await button('Pause').click()
    placed = 70
    at().streams = { [orders]: Array.from({ length: 70 }, (_, place) => told('order', orderAt(-1 - place))).join('') }
    await button('Go on').click()
    await order(-70).waitFor()
    expect(await rows()).to.equal(50)
    expect([await order(-21).count(), await order(-20).count()]).to.deep.equal([1, 0])
  })

  it('says of an order who has cancelled it, and that its money has gone back', async () => {
    const { page } = at()
    const payment = (refunded: number) =>
      ({ status: 'succeeded', captured: eur(450), refunded: eur(refunded), chargedBack: eur(0) }) as const
    const cancelled = orderAt(1, { status: 'cancelled', reason: 'customer', payment: payment(450) })
    at().apis = {
      [orders]: () => pageOf(orderAt(0), cancelled, orderAt(2, { payment: payment(50) })),
      [`${orders}/${idAt(1)}`]: () => ({ body: cancelled }),
      [`${orders}/${idAt(1)}/timeline`]: () => pageOf(),
    }
    await page.goto('/')
    const said = (index: number, text: string) => page.getByRole('row', { name: orderAt(index).number }).getByText(text)
    await said(1, 'Given back').waitFor()
    await said(2, 'Partly given back').waitFor()
    expect(await said(0, 'given back').count()).to.equal(0)
    await order(1).click()
    await page.getByRole('heading', { name: `${cancelled.number} Cancelled by the customer` }).waitFor()
  })

  it('holds one page of a hundred thousand dead letters, and of a stream that grows', async () => {
    const { page } = at()
    at().apis = {
      ...Object.fromEntries(['order', 'inventory', 'notification'].map((group) => [lettersOf(group), () => pageOf()])),
      [lettersOf('payment')]: (query) => pageOfMany(query, letterAt),
      [stream]: () => streamPage,
    }
    at().streams = {
      [stream]: Array.from({ length: 70 }, (_, place) => told('event', streamEventAt(100_000 + place))).join(''),
    }
    await page.goto('/#/dead-letters')
    await page.getByRole('link', { name: /payment 49$/ }).waitFor()
    expect(await rows()).to.equal(50)
    await button('Newer').click()
    await page.getByRole('link', { name: /payment 50$/ }).waitFor()
    expect(await rows()).to.equal(50)
    await page.goto('/#/streams/order-1')
    await button('Event100069').waitFor()
    expect(await rows()).to.equal(50)
  })

  it('retries all that fit the filter, on however many pages, at the rate that is asked for', async () => {
    const { page } = at()
    const retried: string[] = []
    const refusedOne = { status: 409, body: { code: 'already_settled', detail: 'The dead letter is settled.' } }
    const retries = Array.from({ length: 130 }, (_, number): [string, () => Answer] => [
      `${lettersOf('payment')}/${number}/retry`,
      () => {
        retried.push(String(number))
        return number === 60 ? refusedOne : { status: 202, body: {} }
      },
    ])
    const ofFilter: (string | null)[] = []
    at().apis = {
      ...Object.fromEntries(['order', 'inventory', 'notification'].map((group) => [lettersOf(group), () => pageOf()])),
      ...Object.fromEntries(retries),
      [lettersOf('payment')]: (query) => {
        ofFilter.push(query.get('reason'))
        const [from, limit] = [Number(query.get('cursor') ?? 0), Number(query.get('limit'))]
        const items = Array.from({ length: Math.min(limit, 130 - from) }, (_, place) => letterAt(from + place))
        return { body: { items, nextCursor: from + limit < 130 ? String(from + limit) : null } }
      },
    }
    await page.goto('/#/dead-letters?reason=unexpected_error')
    await page.getByRole('button', { name: 'Retry all of payment' }).click()
    const question = page.getByRole('dialog')
    await question.getByRole('heading', { name: 'Retry 130' }).waitFor()
    expect(retried).to.deep.equal([])
    await question.getByLabel('At most so many a second').fill('1000')
    await question.getByRole('button', { name: 'Retry 130' }).click()
    await page.getByText('129 of 130 given to the service once more.').waitFor()
    await page.getByText('1 was refused').waitFor()
    expect(retried).to.deep.equal(Array.from({ length: 130 }, (_, number) => String(number)))
    expect([...new Set(ofFilter)]).to.deep.equal(['unexpected_error'])
  })

  it('says what became of each that was retried, and what only waits behind another', async () => {
    const { page } = at()
    const failure = 'a refund that is none of ours'
    let lastFailure: string | null = null
    const first = letterAt(1, { key: idAt(1), event: { ...eventAt(1), id: 'A' } })
    const second = letterAt(2, { key: idAt(1), code: 'waits_behind', waitsFor: 1, event: { ...eventAt(2), id: 'B' } })
    const events = [{ type: 'RefundSucceeded', stream: 'payment-1' }]
    const retryWould = { commands: ['RecordProviderOutcome'], events, intents: ['refund r-2'], failure: null }
    const more = { data: {}, metadata: {}, history: [], recent: [], retryWould, waitingLetters: [2] }
    at().apis = {
      ...Object.fromEntries(['order', 'inventory', 'notification'].map((group) => [lettersOf(group), () => pageOf()])),
      [lettersOf('payment')]: () => pageOf(first, second),
      [`${lettersOf('payment')}/1`]: () => ({ body: { ...first, ...more, lastFailure } }),
      [`${lettersOf('payment')}/1/retry`]: () => ({ status: 202, body: {} }),
      [`${orders}/${idAt(1)}`]: () => ({ body: orderAt(1) }),
      [`${orders}/${idAt(1)}/timeline`]: () => pageOf(happenedAt(1, 'payment', 'A'), happenedAt(2, 'payment', 'B')),
      '/api/processors/v1/dead-letters': () => pageOf(first, second),
    }
    await page.goto('/#/dead-letters/payment/1')
    await page.getByRole('listitem').getByText('RecordProviderOutcome').waitFor()
    await page.getByText('Write RefundSucceeded to payment-1').waitFor()
    await page.getByText('Begin refund r-2').waitFor()
    await page.getByText('So it was just now').waitFor()
    await button('Retry…').click()
    await button('Retry it').click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('1 of 1 given to the service once more. 0 handled, 0 failed again, 1 under way.').waitFor()
    lastFailure = failure
    await dialog.getByText('0 handled, 1 failed again.').waitFor()
    await dialog.getByRole('listitem').getByText(failure).waitFor()
    await page.goto(`/#/orders/${idAt(1)}`)
    await page.getByRole('link', { name: 'Put aside by payment, tried 5 ×' }).waitFor()
    await page.getByRole('link', { name: 'Waits behind payment 1' }).waitFor()
  })

  it('says what is missing where the store writes no streams by category and by type', async () => {
    const { page } = at()
    const missing = page.getByText('npm start -- --projections')
    let system = ['$all', '$ce-order', '$et-OrderPlaced']
    at().apis = { '/v1/streams': () => ({ body: { items: [], categories: ['order'], system } }) }
    await page.goto('/#/streams')
    await page.getByRole('link', { name: '$ce-order' }).waitFor()
    expect(await missing.count()).to.equal(0)
    await page.getByText('Nothing but what the store writes by itself.').waitFor()
    system = ['$all']
    await missing.waitFor()
    await page.goto('/#/streams/%24ce-order')
    await page.getByRole('heading', { name: '$ce-order' }).waitFor()
    await missing.waitFor()
    await page.goto('/#/streams/order-9')
    await page.getByRole('heading', { name: 'order-9' }).waitFor()
    await page.getByText('There is nothing under this address.').waitFor()
    expect(await missing.count()).to.equal(0)
  })

  it('leaves the focus on the same event while others come before it', async () => {
    const { page } = at()
    at().apis = { [stream]: () => streamPage }
    await page.goto('/#/streams/order-1')
    await button('Event99990').focus()
    at().streams = { [stream]: told('event', streamEventAt(100_000)) }
    // What has been missed is told once it goes on.
    await page.evaluate(`document.querySelector('.state button').click()`)
    await page.evaluate(`document.querySelector('.state button').click()`)
    await button('Event100000').waitFor()
    expect(await page.evaluate('document.activeElement.textContent')).to.equal('Event99990')
  })

  it('says that it stands still while it is paused, and then goes on', async () => {
    const { page } = at()
    let status = 'running'
    const group = () => ({ group: 'payment', here: { state: status, inFlight: 0 }, store: null, differences: [] })
    at().apis = {
      '/api/processors/v1/groups': () => pageOf(group()),
      '/api/read/v1/projections': () => pageOf(),
      '/api/processors/v1/breakers': () => pageOf(),
      '/api/processors/v1/follow-ups': () => ({ body: { role: 'active', reasons: [], openIntents: [] } }),
    }
    await page.goto('/#/health')
    await page.getByText('Running').waitFor()
    await button('Pause').click()
    await page.locator('.state.held').getByText('Paused').waitFor()
    status = 'paused'
    expect(await page.getByText('Running').count()).to.equal(1)
    await button('Go on').click()
    await page.locator('tbody').getByText('Paused').waitFor()
    await page.locator('.state.live').waitFor()
  })
})
