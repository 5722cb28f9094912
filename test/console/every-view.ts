import type { Order } from '../../console/page/answers.d.ts'
import { eur, happenedAt, idAt, letterAt, orderAt, pageOf, projection, salesOf, streamEventAt } from './answers.ts'
import type { Apis } from './page-under-test.ts'

/** An address of the page, and what stands in it once it is there. */
export type View = { readonly hash: string; readonly ready: string; readonly open?: string; readonly unfold?: string }

const orderId = idAt(1)
const confirmed = orderAt(1, {
  customerId: 'a-customer-whose-name-is-longer-than-a-telephone-is-wide',
  lines: [
    { sku: 'TEA-MINT-050', name: 'Peppermint tea, 50 g', quantity: 3, unitPrice: eur(450), refunded: 1 },
    { sku: 'MUG-THAT-HAS-A-VERY-LONG-NUMBER', name: 'Mug', quantity: 12, unitPrice: eur(119_00) },
  ],
  total: eur(1_441_50),
  payment: { status: 'succeeded', captured: eur(1_441_50), refunded: eur(4_50), chargedBack: eur(0) },
  attention: ['refund_failed'],
})
const waiting = orderAt(2, {
  status: 'placed',
  payment: { status: 'action_required', actionUrl: 'http://bank.test', refunded: eur(0), chargedBack: eur(0) },
})
const rejected = orderAt(3, {
  status: 'rejected',
  reason: 'out_of_stock',
  shortages: [{ sku: 'TEA', wanted: 3, available: 1 }],
  payment: { status: 'none', refunded: eur(0), chargedBack: eur(0) },
  fulfilment: 'failed',
})
const otto = { type: 'operator', id: 'otto' } as const
const refund = (refundId: string, amount: number) => ({ refundId, amount, currency: 'EUR' })
const message = (key: string, template: string) => ({ key, template, channel: 'email' })
const happened = [
  happenedAt(0, 'order', 'OrderPlaced', { data: { total: 1_441_50, currency: 'EUR', lines: confirmed.lines } }),
  happenedAt(0.02, 'inventory', 'ReservationStarted', { causationId: 'OrderPlaced' }),
  happenedAt(0.03, 'inventory', 'StockReserved', {
    causationId: 'OrderPlaced',
    data: { sku: 'TEA-MINT-050', quantity: 3 },
  }),
  happenedAt(0.04, 'inventory', 'InventoryReserved', { causationId: 'OrderPlaced' }),
  happenedAt(0.05, 'payment', 'PaymentRequested', {
    causationId: 'InventoryReserved',
    data: { amount: 1_441_50, currency: 'EUR' },
  }),
  happenedAt(61, 'payment', 'PaymentProviderEventReceived', { data: { kind: 'payment_succeeded' } }),
  happenedAt(61.2, 'payment', 'PaymentSucceeded', { causationId: 'PaymentProviderEventReceived' }),
  happenedAt(61.3, 'order', 'OrderConfirmed', { causationId: 'PaymentSucceeded' }),
  happenedAt(62, 'notification', 'NotificationSent', {
    causationId: 'OrderConfirmed',
    data: message('one', 'confirmed'),
  }),
  happenedAt(8_000, 'payment', 'RefundRequested', { actor: otto, data: { ...refund('a', 450), reason: 'broken' } }),
  happenedAt(8_001, 'payment', 'RefundSucceeded', { causationId: 'RefundRequested', data: refund('a', 450) }),
  happenedAt(8_002, 'notification', 'NotificationFailed', {
    causationId: 'RefundSucceeded',
    data: { ...message('two', 'refunded'), reason: 'the mail server refuses the address' },
  }),
  happenedAt(90_000, 'payment', 'RefundRequested', { id: 'again', actor: otto, data: refund('b', 1_000) }),
  happenedAt(90_001, 'payment', 'RefundFailed', {
    causationId: 'again',
    data: { ...refund('b', 1_000), code: 'closed' },
  }),
  happenedAt(90_003, 'payment', 'RefundFailed', { id: 'c failed', data: { ...refund('c', 2_000), code: 'closed' } }),
  happenedAt(90_004, 'payment', 'RefundWithdrawn', { actor: otto, data: { refundId: 'c', note: 'given back twice' } }),
]
const letters = [
  letterAt(1, { key: orderId, event: { ...at(1), id: 'PaymentProviderEventReceived' }, waiting: 2 }),
  letterAt(2, { key: orderId, code: 'waits_behind', waitsFor: 1, attempts: 3 }),
  letterAt(3, { event: null, key: null }),
]
function at(number: number) {
  const { event } = letterAt(number)
  if (event === null) throw new Error('it has an event')
  return event
}
const whole = {
  ...letters[0],
  data: { orderId, shipTo: { name: 'Tess' }, total: 450 },
  metadata: { $causationId: 'a command' },
  history: [{ number: 1, what: 'retry', by: 'otto', at: happened[0]?.at, why: null, outcome: 'failed again: no' }],
  recent: happened.map(({ type, at: when }) => ({ type, at: when, place: type })),
  retryWould: {
    commands: ['RecordProviderOutcome'],
    events: [],
    intents: [],
    failure: 'provider_outcome_incomplete: a refund that is none of ours, without saying of what or of how much',
  },
  waitingLetters: [2],
}
const group = (name: string, state: string, reason?: string) => ({
  group: name,
  here: { state, inFlight: 3, ...(reason === undefined ? {} : { reason }), oldestUnhandledAt: happened[0]?.at },
  store: { status: 'Live', parked: 2, inFlight: 3, connections: 1, lagBytes: 123_456 },
  differences: reason === undefined ? [] : [{ setting: 'messageTimeout', wanted: '30000', found: '10000' }],
})
const verified = (differing: number) => {
  const keys = Array.from({ length: Math.min(20, differing) }, (_, index) => idAt(index))
  const none = { count: 0, keys: [] }
  const different = { count: differing, keys }
  const left = { columnsAdded: differing === 0 ? [] : ['delayed_since'], columnsDropped: [] }
  return { compared: true, rows: 123_456, onlyLive: none, onlyNew: none, different, ...left } as const
}
const readable = (order: Order, events: typeof happened): Apis => ({
  [`/api/read/v1/orders/${order.orderId}`]: () => ({ body: order }),
  [`/api/read/v1/orders/${order.orderId}/timeline`]: () => ({ body: { items: events } }),
})

export const apis: Apis = {
  '/sign-in': () => ({ body: { development: true } }),
  '/api/read/v1/orders': () => pageOf(confirmed, waiting, rejected),
  ...readable(confirmed, happened),
  ...readable(waiting, happened.slice(0, 5)),
  ...readable(rejected, happened.slice(0, 2)),
  '/api/processors/v1/dead-letters': (query) => pageOf(...letters.filter(({ key }) => key === query.get('key'))),
  '/api/processors/v1/dead-letters/payment': () => pageOf(...letters),
  ...Object.fromEntries(
    ['order', 'inventory', 'notification'].map((name) => [`/api/processors/v1/dead-letters/${name}`, () => pageOf()]),
  ),
  '/api/processors/v1/dead-letters/payment/1': () => ({ body: whole }),
  '/v1/streams': () => ({
    body: {
      items: [{ stream: `order-${orderId}`, lastType: 'OrderPlaced', lastAt: happened[0]?.at }],
      categories: ['order'],
      system: ['$all', '$persistentsubscription-$all::notification-parked', '$ce-order', '$et-OrderPlaced'],
    },
  }),
  '/v1/streams/order-1': () => ({
    body: { stream: 'order-1', items: [streamEventAt(1), streamEventAt(0)], older: null, newer: null },
  }),
  '/v1/streams/$all': () => ({
    body: { stream: '$all', items: [streamEventAt(1, `payment-${orderId}`)], older: '1', newer: null },
  }),
  '/api/read/v1/projections': () =>
    pageOf(
      projection('orders'),
      projection('stock', { verification: verified(0) }),
      projection('products'),
      projection('open_intents'),
      projection('timeline', {
        caughtUp: false,
        standsStill: 'its table is of version 3, and is built anew as version 4',
        lagSeconds: 7_500,
        setAside: {
          count: 1,
          first: [{ key: orderId, eventId: 'e', eventType: 'OrderPlaced', error: 'no such field' }],
        },
      }),
    ),
  '/api/projections/v1/projections/orders/rebuild': () => ({
    body: { name: 'orders', state: 'running', phase: 'verifying', share: 0.4, events: 400 },
  }),
  '/api/projections/v1/projections/stock/rebuild': () => ({ body: { name: 'stock', state: 'none' } }),
  '/api/projections/v1/projections/stock/rollback': () => ({
    body: {
      name: 'stock',
      state: 'none',
      kept: { generation: 3, version: 1, position: null, since: happened[0]?.at },
      refusal: null,
    },
  }),
  '/api/projections/v1/projections/products/rebuild': () => ({
    body: {
      name: 'products',
      state: 'done',
      dryRun: true,
      events: 4_321,
      endedAt: happened[0]?.at,
      verification: verified(3_000),
    },
  }),
  '/api/read/v1/reports/sales': () => ({ body: salesOf(['2026-01-01', '2026-01-31'], { stale: true }) }),
  '/api/projections/v1/projections/timeline/rebuild': () => ({
    body: { name: 'timeline', state: 'failed', failure: 'an event could not be folded' },
  }),
  '/api/processors/v1/groups': () =>
    pageOf(
      group('order', 'running'),
      group('payment', 'paused', 'the payment provider does not answer, and the group waits for it'),
    ),
  '/api/processors/v1/breakers': () =>
    pageOf({ outside: 'payment_provider', state: 'open' }, { outside: 'mail', state: 'half_open' }),
  '/api/processors/v1/follow-ups': () => ({
    body: {
      deadline: { confirmWithinSeconds: 900, actionGraceSeconds: 1_800, latestSeconds: 7_200 },
      role: 'active',
      reasons: ['the payment provider is left alone: its breaker is open'],
      openIntents: [{ kind: 'payment', count: 3, oldestSince: happened[0]?.at, due: 2 }],
    },
  }),
}

/** Each view with all that it can have to show; `open` is a button that opens a dialog in it, `unfold` what more can be seen. */
export const views: Readonly<Record<string, View>> = {
  orders: { hash: '#/orders', ready: 'tbody tr' },
  order: { hash: `#/orders/${orderId}`, ready: '.step .mark' },
  'order-waiting': { hash: `#/orders/${waiting.orderId}`, ready: '.wait time' },
  'order-rejected': { hash: `#/orders/${rejected.orderId}`, ready: '.step' },
  'order-refund': { hash: `#/orders/${orderId}`, ready: '.step .mark', open: 'Refund…' },
  'order-settle': { hash: `#/orders/${orderId}`, ready: '.step .mark', open: 'Settle… the refund of €10.00' },
  'order-withdraw': { hash: `#/orders/${orderId}`, ready: '.step .mark', open: 'Withdraw… the refund of €10.00' },
  sales: { hash: '#/sales?from=2026-01-01&to=2026-01-31&bySku=true', ready: '.sales tbody tr' },
  'dead-letters': { hash: '#/dead-letters', ready: 'tbody tr' },
  'dead-letter': { hash: '#/dead-letters/payment/1', ready: '.card pre' },
  'dead-letter-discard': { hash: '#/dead-letters/payment/1', ready: '.card pre', open: 'Discard…' },
  streams: { hash: '#/streams', ready: 'tbody tr' },
  stream: { hash: '#/streams/order-1', ready: 'tbody tr' },
  all: { hash: '#/streams/%24all', ready: 'tbody tr' },
  'all-event': { hash: '#/streams/%24all', ready: 'tbody tr', open: 'Event1' },
  projections: { hash: '#/projections', ready: 'progress' },
  'projections-rebuild': { hash: '#/projections', ready: 'progress', open: 'Rebuild stock' },
  'projections-rollback': { hash: '#/projections', ready: 'progress', open: 'Put stock back…' },
  'projections-differences': { hash: '#/projections', ready: 'progress', unfold: 'What differs' },
  health: { hash: '#/health', ready: 'tbody tr' },
  'no-such': { hash: '#/nothing', ready: 'h1' },
}
