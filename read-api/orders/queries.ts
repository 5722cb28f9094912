import { selectList } from '../../infrastructure/projections/table.ts'
import { ordersTable, type OrderRow, type OrderStatus } from '../../projections/orders/table.ts'
import { timelineTable, type TimelineRow } from '../../projections/timeline/table.ts'
import type { Database } from '../database.ts'

export type OrderFilter = {
  readonly customerId?: string | undefined
  readonly status?: OrderStatus | undefined
  /** Placed at or after; RFC 3339. */
  readonly from?: string | undefined
  /** Placed before. */
  readonly to?: string | undefined
  readonly sku?: string | undefined
}

const order = selectList(ordersTable)
const timeline = selectList(timelineTable)

export const findOrder = async (database: Database, orderId: string): Promise<OrderRow | undefined> => {
  const { rows } = await database.query<OrderRow>(`select ${order} from orders where order_id = $1`, [orderId])
  return rows[0]
}

/** Newest first, from before the position `before` on, and one more than `limit` where there is one. */
export const listOrders = async (
  database: Database,
  filter: OrderFilter,
  { before, limit }: { readonly before: string | undefined; readonly limit: number },
): Promise<readonly OrderRow[]> => {
  const values: unknown[] = []
  const parameter = (value: unknown) => `$${values.push(value)}`
  const conditions = [
    filter.customerId === undefined ? [] : `customer_id = ${parameter(filter.customerId)}`,
    filter.status === undefined ? [] : `status = ${parameter(filter.status)}`,
    filter.from === undefined ? [] : `placed_at >= ${parameter(filter.from)}::timestamptz`,
    filter.to === undefined ? [] : `placed_at < ${parameter(filter.to)}::timestamptz`,
    filter.sku === undefined ? [] : `skus @> array[${parameter(filter.sku)}]`,
    before === undefined ? [] : `placed_position < ${parameter(before)}`,
  ].flat()
  const where = conditions.length === 0 ? '' : `where ${conditions.join(' and ')}`
  const { rows } = await database.query<OrderRow>(
    `select ${order} from orders ${where} order by placed_position desc limit ${parameter(limit + 1)}`, values)
  return rows
}

/** Oldest first. */
export const timelineOf = async (database: Database, orderId: string): Promise<readonly TimelineRow[]> => {
  const { rows } = await database.query<TimelineRow>(`select ${timeline} from timeline where order_id = $1 order by timeline.position`, [orderId])
  return rows
}
