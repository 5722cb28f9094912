import type { OrderEvent } from '../../domain/orders/events.ts'
import { statusAfter } from '../../domain/orders/status.ts'
import { noOutsideMoney } from '../../domain/payments/outside-money.ts'
import type { OrderInSales, SoldLine } from './table.ts'

const bySku = (lines: readonly SoldLine[]): readonly SoldLine[] => {
  const quantities = new Map<string, number>()
  for (const { sku, quantity } of lines) quantities.set(sku, (quantities.get(sku) ?? 0) + quantity)
  return [...quantities].map(([sku, quantity]) => ({ sku, quantity }))
}

export const placedOrder = ({ lines }: Extract<OrderEvent, { readonly type: 'OrderPlaced' }>): OrderInSales => ({
  status: 'placed',
  sold: false,
  lines: bySku(lines),
  charges: [],
  refunds: {},
  outside: noOutsideMoney,
})

/** The same object where the event says nothing new. */
export const evolveStatus = (order: OrderInSales, { type }: OrderEvent): OrderInSales => {
  const status = statusAfter(order.status, type)
  return status === order.status ? order : { ...order, status, sold: order.sold || status === 'confirmed' }
}
