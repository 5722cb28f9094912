import type { DeadLetter, Happened, Order, Projection, StreamEvent } from '../../console/page/answers.d.ts'
import type { SalesReport, SalesSums } from '../../console/page/sales/answers.d.ts'

export const eur = (amount: number) => ({ amount, currency: 'EUR' })
export const idAt = (index: number): string => `11111111-1111-4111-8111-${String(index).padStart(12, '0')}`
const minuteAt = (index: number): string => new Date(Date.UTC(2026, 2, 1, 12) - index * 60_000).toISOString()

/** The one with the index 0 is the newest; those before it come later. */
export const orderAt = (index: number, changed: Partial<Order> = {}): Order => ({
  orderId: idAt(index < 0 ? 1_000_000 - index : index),
  number: `${index < 0 ? 'LATER' : 'ORDER'}${String(Math.abs(index)).padStart(6, '0')}`,
  customerId: 'ann',
  status: 'confirmed',
  lines: [{ sku: 'TEA', name: 'Tea', quantity: 1, unitPrice: eur(450) }],
  total: eur(450),
  payment: { status: 'succeeded', captured: eur(450), refunded: eur(0), chargedBack: eur(0) },
  fulfilment: 'reserved',
  revision: 1,
  placedAt: minuteAt(index),
  updatedAt: minuteAt(index),
  ...changed,
})

export const happenedAt = (
  second: number,
  service: Happened['service'],
  type: string,
  changed: Partial<Happened> = {},
): Happened => ({
  id: type,
  causationId: 'a command',
  type,
  service,
  at: new Date(Date.UTC(2026, 2, 1, 12) + second * 1_000).toISOString(),
  data: {},
  ...changed,
})

export const letterAt = (number: number, changed: Partial<DeadLetter> = {}): DeadLetter => ({
  group: 'payment',
  number,
  parkedAt: minuteAt(-number),
  ageSeconds: 60,
  key: idAt(number),
  code: 'unexpected_error',
  reason: { code: 'unexpected_error', message: 'Error: no', attempts: 5, handlerVersion: '0.1.0' },
  event: {
    id: `event-${number}`,
    stream: `reservation-${idAt(number)}`,
    revision: 1,
    type: 'InventoryReserved',
    recordedAt: minuteAt(-number),
  },
  attempts: 0,
  lastFailure: null,
  waitsFor: null,
  waiting: 0,
  settled: null,
  ...changed,
})

export const streamEventAt = (revision: number, stream = 'order-1'): StreamEvent => ({
  id: `${stream}/${revision}`,
  stream,
  revision: String(revision),
  position: null,
  type: `Event${revision}`,
  created: minuteAt(-revision),
  data: { revision },
  metadata: {},
  cursor: String(revision),
})

const sums = (more: Partial<SalesSums>): SalesSums => ({
  placed: 0,
  confirmed: 0,
  rejected: 0,
  cancelled: 0,
  captured: '0',
  refunded: '0',
  chargedBack: '0',
  net: '0',
  unitsSold: 0,
  unitsGivenBack: 0,
  ...more,
})

/** Sales of two currencies; the first day has sold, and later ones have given back. */
export const salesOf = (periods: readonly string[], more: Partial<SalesReport> = {}): SalesReport => {
  const sold = {
    placed: 12,
    confirmed: 10,
    rejected: 2,
    captured: '18014398509481985',
    net: '18014398509481985',
    unitsSold: 31,
  }
  const back = { cancelled: 1, refunded: '4500', chargedBack: '999', net: '-5499', unitsGivenBack: 2 }
  const skus = [
    { sku: 'POT', unitsSold: 1, unitsGivenBack: 0 },
    { sku: 'MUG', unitsSold: 30, unitsGivenBack: 2 },
  ]
  const rows = periods.map((period, n) => ({ period, ...sums(n === 0 ? sold : back) }))
  const yen = sums({ captured: '300' })
  return {
    groupBy: periods[0]?.length === 7 ? 'month' : 'day',
    currencies: [
      { currency: 'EUR', total: sums({ ...sold, ...back, net: '18014398509476486', skus }), rows },
      { currency: 'JPY', total: yen, rows: [{ period: periods[0] ?? '', ...yen }] },
    ],
    ...more,
  }
}

export const projection = (name: string, changed: Partial<Projection> = {}): Projection => ({
  name,
  version: 1,
  position: null,
  events: 1_000,
  lastEventAt: null,
  caughtUp: true,
  standsStill: null,
  lagSeconds: 0,
  setAside: { count: 0, first: [] },
  rebuild: null,
  ...changed,
})

/** A page of a hundred thousand, as an API gives it. */
export const pageOfMany = <Item>(query: URLSearchParams, itemAt: (index: number) => Item) => {
  const [from, limit] = [Number(query.get('cursor') ?? 0), Number(query.get('limit'))]
  const items = Array.from({ length: limit }, (_, at) => itemAt(from + at))
  return { body: { items, nextCursor: from + limit < 100_000 ? String(from + limit) : null } }
}
export const pageOf = <Item>(...items: readonly Item[]) => ({ body: { items, nextCursor: null } })
