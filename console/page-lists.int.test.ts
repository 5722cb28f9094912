import { expect } from 'chai'
import { happenedAt, idAt, letterAt, orderAt, pageOf, projection } from '../test/console/answers.ts'
import { describePage, type Apis } from '../test/console/page-under-test.ts'

type List = {
  readonly hash: string
  /** What is answered while these stand in the list, in this order. */
  readonly apis: (names: readonly string[]) => Apis
  /** What the second one is called where it can have the focus. */
  readonly second: string | RegExp
  readonly role?: 'link' | 'button' | 'checkbox'
}

const noLetters = Object.fromEntries(
  ['order', 'inventory', 'notification'].map((group) => [`/api/processors/v1/dead-letters/${group}`, () => pageOf()]),
)
const numberOf = (name: string) => Number(name.slice(1))
const letters = (names: readonly string[]): Apis => ({
  ...noLetters,
  '/api/processors/v1/dead-letters/payment': () => pageOf(...names.map((name) => letterAt(numberOf(name)))),
})
const streams = (names: readonly string[]): Apis => ({
  '/v1/streams': () => ({
    body: {
      items: names.map((stream) => ({ stream, lastType: 'OrderPlaced', lastAt: '2026-03-01T12:00:00.000Z' })),
      categories: [],
      system: names.map((name) => `$of-${name}`),
    },
  }),
})
const orderId = idAt(1)
const placeOf = (name: string) => numberOf(name) * 100
/** An order to which this has happened. */
const orderWith =
  (happened: (name: string) => ReturnType<typeof happenedAt>) =>
  (names: readonly string[]): Apis => ({
    [`/api/read/v1/orders/${orderId}`]: () => ({ body: orderAt(1) }),
    [`/api/read/v1/orders/${orderId}/timeline`]: () => pageOf(...names.map(happened)),
    '/api/processors/v1/dead-letters': () => pageOf(),
  })

const lists: Readonly<Record<string, List>> = {
  'dead letters': { hash: '#/dead-letters', apis: letters, second: /payment 2$/ },
  'what is ticked of dead letters': {
    hash: '#/dead-letters',
    apis: letters,
    second: 'Choose payment 2',
    role: 'checkbox',
  },
  'what waits behind a dead letter': {
    hash: '#/dead-letters/payment/9',
    apis: (names) => ({
      '/api/processors/v1/dead-letters/payment/9': () => ({
        body: {
          ...letterAt(9),
          data: {},
          metadata: {},
          history: [],
          recent: [],
          retryWould: { commands: [], events: [], intents: [], failure: null },
          waitingLetters: names.map(numberOf),
        },
      }),
    }),
    second: 'payment 2',
  },
  'streams that were written lately': { hash: '#/streams', apis: streams, second: 'n2' },
  'streams of the store': { hash: '#/streams', apis: streams, second: '$of-n2' },
  projections: {
    hash: '#/projections',
    apis: (names) => ({
      '/api/read/v1/projections': () => pageOf(...names.map((name) => projection(name))),
      ...Object.fromEntries(
        names.map((name) => [
          `/api/projections/v1/projections/${name}/rebuild`,
          () => ({ body: { name, state: 'none' } }),
        ]),
      ),
    }),
    second: 'Rebuild n2',
    role: 'button',
  },
  'events of an order': {
    hash: `#/orders/${orderId}`,
    apis: orderWith((name) => happenedAt(placeOf(name), 'order', `Event${name}`, { id: name })),
    second: /^Eventn2/,
    role: 'button',
  },
  'messages of an order': {
    hash: `#/orders/${orderId}`,
    apis: orderWith((name) =>
      happenedAt(placeOf(name), 'notification', 'NotificationSent', {
        id: name,
        data: { key: name, template: name, channel: 'email' },
      }),
    ),
    second: /“n2”/,
    role: 'button',
  },
  'refunds of an order': {
    hash: `#/orders/${orderId}`,
    apis: orderWith((name) =>
      happenedAt(placeOf(name), 'payment', 'RefundFailed', {
        id: name,
        data: { refundId: name, amount: placeOf(name), currency: 'EUR' },
      }),
    ),
    second: /Settle… the refund of €2\.00/,
    role: 'button',
  },
}

describePage('a list of the console that is drawn anew', (at) => {
  for (const [name, { hash, apis, second, role = 'link' }] of Object.entries(lists))
    it(`${name}: the focus stays with what had it, whatever comes before it and goes`, async () => {
      const { page } = at()
      at().apis = apis(['n1', 'n2', 'n3'])
      await page.goto(`/${hash}`)
      const one = page.getByRole(role, { name: second, exact: true })
      await one.focus()
      const total = await page.getByRole(role).count()
      for (const names of [
        ['n2', 'n3'],
        ['n0', 'n1', 'n2', 'n3'],
      ]) {
        const before = await page.locator('a, button, input').count()
        at().apis = apis(names)
        // What has been missed is looked up once it goes on.
        await page.evaluate(`document.querySelector('.state button').click()`)
        await page.evaluate(`document.querySelector('.state button').click()`)
        await page.waitForFunction(`document.querySelectorAll('a, button, input').length !== ${before}`)
        expect(await one.and(page.locator(':focus')).count()).to.equal(1)
      }
      await page.getByRole(role).nth(total).waitFor()
    })

  it('what is open stays open, and nothing else', async () => {
    const { page } = at()
    const aside = { count: 1, first: [{ key: 'a row', eventId: 'e', eventType: 'OrderPlaced', error: 'no' }] }
    const answered = (...names: readonly string[]): Apis => ({
      '/api/read/v1/projections': () => pageOf(...names.map((name) => projection(name, { setAside: aside }))),
    })
    at().apis = answered('n1', 'n2')
    await page.goto('/#/projections')
    const card = (name: string) => page.getByRole('region', { name: new RegExp(`^${name}`) })
    await card('n2').getByText('Rows whose events could not be folded').click()
    at().apis = answered('n0', 'n1', 'n2')
    await card('n0').waitFor()
    const open = await page.locator('section.card:has(details[open]) h2').allTextContents()
    expect(open.map((text) => text.trim().slice(0, 2))).to.deep.equal(['n2'])
  })
})
