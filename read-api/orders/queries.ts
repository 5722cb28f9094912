import type { OrderStatus } from '../../domain/orders/status.ts'
import type { PaymentStatus } from '../../domain/payments/state.ts'
import { streams } from '../../domain/shared/streams.ts'
import { selectList } from '../../infrastructure/projections/table.ts'
import { ordersTable, type OrderRow } from '../../projections/orders/table.ts'
import { timelineTable, type TimelineRow } from '../../projections/timeline/table.ts'
import { lookOf, lookText, type Look } from '../look.ts'
import { isStale, standsStill, type Stale } from '../stale.ts'

export type OrderFilter = {
  readonly customerId?: string | undefined
  /** How it begins, or all of it. */
  readonly number?: string | undefined
  readonly status?: OrderStatus | undefined
  /** Placed at or after; RFC 3339. */
  readonly from?: string | undefined
  /** Placed before. */
  readonly to?: string | undefined
  readonly sku?: string | undefined
  readonly paymentStatus?: PaymentStatus | undefined
  /** Those that a person has to look at, or those that nobody has to. */
  readonly attention?: boolean | undefined
}

/** What of an order is shown. */
export type ShownOrder = Omit<OrderRow, 'refunds' | 'outside' | 'providerPaymentId' | 'skus'> & Stale

const {
  refunds: _refunds,
  outside: _outside,
  providerPaymentId: _id,
  skus: _skus,
  ...shownColumns
} = ordersTable.columns
const order = `select ${selectList({ ...ordersTable, columns: shownColumns }, 'o')}, ${isStale(ordersTable.name, 'o.order_id')} as stale from orders o`

const oneOrder = lookText({ tables: [ordersTable.name], rows: `${order} where o.order_id = $1` })

export const findOrder = (orderId: string): Look<ShownOrder> => lookOf(oneOrder, [orderId], 'order')

/** For a pattern, in which these stand for something else. */
const literally = (text: string): string => text.replaceAll(/[\\%_]/g, (character) => `\\${character}`)

/** Newest first, from before the position `before` on, and one more than `limit` where there is one. */
export const listOrders = (
  filter: OrderFilter,
  { before, limit }: { readonly before: string | undefined; readonly limit: number },
): Look<ShownOrder> => {
  const values: unknown[] = []
  const parameter = (value: unknown) => `$${values.push(value)}`
  const conditions = [
    filter.customerId === undefined ? [] : `customer_id = ${parameter(filter.customerId)}`,
    // As a pattern: `starts_with` is looked up in an index from PostgreSQL 15 on.
    filter.number === undefined ? [] : `number like ${parameter(`${literally(filter.number)}%`)}`,
    filter.status === undefined ? [] : `status = ${parameter(filter.status)}`,
    filter.from === undefined ? [] : `placed_at >= ${parameter(filter.from)}::timestamptz`,
    filter.to === undefined ? [] : `placed_at < ${parameter(filter.to)}::timestamptz`,
    filter.sku === undefined ? [] : `skus @> array[${parameter(filter.sku)}]`,
    filter.paymentStatus === undefined ? [] : `payment_status = ${parameter(filter.paymentStatus)}`,
    filter.attention === undefined ? [] : `cardinality(attention) ${filter.attention ? '>' : '='} 0`,
    before === undefined ? [] : `placed_position < ${parameter(before)}`,
  ].flat()
  const where = conditions.length === 0 ? '' : `where ${conditions.join(' and ')}`
  const rows = `${order} ${where} order by placed_position desc limit ${parameter(limit + 1)}`
  return lookOf(lookText({ tables: [ordersTable.name], rows, orderBy: '"placedPosition" desc' }), values)
}

/** These orders, as they are now. */
export const ordersOf = (orderIds: readonly string[]): Look<ShownOrder> =>
  lookOf(lookText({ tables: [ordersTable.name], rows: `${order} where o.order_id = any($1::text[])` }), [orderIds])

/** Whether the list with this filter has the order: as its conditions say. */
export const isListed = (filter: OrderFilter, row: ShownOrder): boolean => {
  const fits = <Value>(wanted: Value | undefined, has: (value: Value) => boolean) => wanted === undefined || has(wanted)
  const placed = Date.parse(row.placedAt)
  return [
    fits(filter.customerId, (id) => row.customerId === id),
    fits(filter.number, (beginning) => row.number.startsWith(beginning)),
    fits(filter.status, (status) => row.status === status),
    fits(filter.from, (from) => placed >= Date.parse(from)),
    fits(filter.to, (to) => placed < Date.parse(to)),
    fits(filter.sku, (wanted) => row.lines.some(({ sku }) => sku === wanted)),
    fits(filter.paymentStatus, (status) => row.paymentStatus === status),
    fits(filter.attention, (wanted) => row.attention.length > 0 === wanted),
  ].every(Boolean)
}

const laterEvents = lookText({
  tables: [ordersTable.name, timelineTable.name],
  rows: `select ${selectList(timelineTable, 't')} from timeline t where t.position > $1 order by t.position limit $2`,
  orderBy: '"position"',
})

/** Of all orders, behind a position: oldest first. */
export const eventsAfter = (position: string, limit: number): Look<TimelineRow> =>
  lookOf(laterEvents, [position, limit], 'later events')

/** An event of an order, or none of its events with whose the order is. */
export type TimelineOfOrder = { readonly [Name in keyof TimelineRow]: TimelineRow[Name] | null } & Stale & {
    readonly customerId: string
  }

// An event that could not be read is missed where its stream is the order's own; which order an event of another stream is about stands
// in what could not be read.
const wholeTimeline = lookText({
  tables: [ordersTable.name, timelineTable.name],
  rows: `select o.customer_id as "customerId", ${selectList(timelineTable, 't')},
      exists (select from projection_failures f where f.name = '${timelineTable.name}' and f.stream = any($2::text[])) or ${standsStill([timelineTable.name])} as stale
    from orders o left join timeline t on t.order_id = o.order_id where o.order_id = $1`,
  orderBy: '"position"',
})

const ownStreams = (orderId: string) => [
  streams.order(orderId),
  streams.reservation(orderId),
  streams.payment(orderId),
  streams.notification(orderId),
]

/** Oldest first; of an order without any event, one row. */
export const timelineOf = (orderId: string): Look<TimelineOfOrder> =>
  lookOf(wholeTimeline, [orderId, ownStreams(orderId)], 'timeline')
