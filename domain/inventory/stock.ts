import type { Decider } from '../shared/decider.ts'
import { PersistentMap } from '../shared/persistent-map.ts'
import { Refusal } from '../shared/refusal.ts'
import type { AdjustStock, CommitStock, ReceiveStock, ReleaseStock, ReserveStock, StockCommand } from './commands.ts'
import type { StockEvent } from './events.ts'

/** What one order has of the SKU. Released and committed are final; released without ever having held anything is a fence. */
export type Hold = { readonly status: 'held' | 'released' | 'committed'; readonly quantity: number }

/**
 * One SKU. `0 ≤ reserved ≤ onHand`, always. States are kept in a cache while older ones are still being read, and a busy SKU has an
 * entry for each of thousands of orders: hence maps that share what has not changed instead of being copied for each event.
 */
export type Stock = {
  readonly onHand: number
  readonly reserved: number
  readonly orders: PersistentMap<Hold>
  /** Goods received, by document: the quantity. */
  readonly documents: PersistentMap<number>
  readonly adjustments: PersistentMap<{ readonly delta: number; readonly reason: string }>
}

export const availableOf = (stock: Stock): number => stock.onHand - stock.reserved

const reserve = (stock: Stock, { sku, orderId, quantity }: ReserveStock): readonly StockEvent[] => {
  const hold = stock.orders.get(orderId)
  if (hold?.status === 'held') return []
  if (hold !== undefined) throw new Refusal('reservation_closed', `the order's claim on ${sku} is ${hold.status}`, { sku, orderId })
  const available = availableOf(stock)
  if (quantity > available) throw new Refusal('out_of_stock', `not enough of ${sku}`, { sku, wanted: quantity, available })
  return [{ type: 'StockReserved', sku, orderId, quantity }]
}

const release = (stock: Stock, { sku, orderId }: ReleaseStock): readonly StockEvent[] => {
  const hold = stock.orders.get(orderId)
  if (hold === undefined) return [{ type: 'StockReleased', sku, orderId, quantity: 0 }]
  return hold.status === 'held' ? [{ type: 'StockReleased', sku, orderId, quantity: hold.quantity }] : []
}

const commit = (stock: Stock, { sku, orderId }: CommitStock): readonly StockEvent[] => {
  const hold = stock.orders.get(orderId)
  if (hold?.status === 'held') return [{ type: 'StockCommitted', sku, orderId, quantity: hold.quantity }]
  if (hold?.status === 'committed') return []
  throw new Refusal('reservation_not_held', `the order holds nothing of ${sku}`, { sku, orderId })
}

const receive = (stock: Stock, { sku, quantity, document }: ReceiveStock): readonly StockEvent[] => {
  const known = stock.documents.get(document)
  if (known === undefined) return [{ type: 'StockReceived', sku, quantity, document }]
  if (known === quantity) return []
  throw new Refusal('document_reused', `document ${document} was used for another quantity`, { sku, document, quantity: known })
}

const mostOrdersNamed = 100

const adjust = (stock: Stock, { sku, adjustmentId, delta, reason }: AdjustStock): readonly StockEvent[] => {
  const known = stock.adjustments.get(adjustmentId)
  if (known !== undefined) {
    if (known.delta === delta && known.reason === reason) return []
    throw new Refusal('document_reused', `adjustment ${adjustmentId} was used for something else`, { sku, adjustmentId, ...known })
  }
  if (stock.onHand + delta < stock.reserved) {
    const orders = [...stock.orders].filter(([, hold]) => hold.status === 'held').map(([orderId]) => orderId).sort()
    throw new Refusal('stock_reserved', `${stock.reserved} of ${sku} are reserved by ${orders.length} orders`, {
      sku,
      onHand: stock.onHand,
      reserved: stock.reserved,
      orders: orders.slice(0, mostOrdersNamed),
    })
  }
  return [{ type: 'StockAdjusted', sku, adjustmentId, delta, reason }]
}

const decide = (command: StockCommand, stock: Stock): readonly StockEvent[] => {
  switch (command.type) {
    case 'ReserveStock': return reserve(stock, command)
    case 'ReleaseStock': return release(stock, command)
    case 'CommitStock': return commit(stock, command)
    case 'ReceiveStock': return receive(stock, command)
    case 'AdjustStock': return adjust(stock, command)
    default: return command satisfies never
  }
}

const evolve = (stock: Stock, event: StockEvent): Stock => {
  switch (event.type) {
    case 'StockReceived':
      if (stock.documents.has(event.document)) return stock
      return { ...stock, onHand: stock.onHand + event.quantity, documents: stock.documents.with(event.document, event.quantity) }
    case 'StockAdjusted': {
      const { adjustmentId, delta, reason } = event
      if (stock.adjustments.has(adjustmentId) || stock.onHand + delta < stock.reserved) return stock
      return { ...stock, onHand: stock.onHand + delta, adjustments: stock.adjustments.with(adjustmentId, { delta, reason }) }
    }
    case 'StockReserved': {
      const { orderId, quantity } = event
      if (stock.orders.has(orderId) || quantity > availableOf(stock)) return stock
      return { ...stock, reserved: stock.reserved + quantity, orders: stock.orders.with(orderId, { status: 'held', quantity }) }
    }
    case 'StockReleased': {
      const hold = stock.orders.get(event.orderId) ?? { status: 'held', quantity: 0 }
      if (hold.status !== 'held') return stock
      const orders = stock.orders.with(event.orderId, { ...hold, status: 'released' })
      return { ...stock, reserved: stock.reserved - hold.quantity, orders }
    }
    case 'StockCommitted': {
      const hold = stock.orders.get(event.orderId)
      if (hold?.status !== 'held') return stock
      const orders = stock.orders.with(event.orderId, { ...hold, status: 'committed' })
      return { ...stock, onHand: stock.onHand - hold.quantity, reserved: stock.reserved - hold.quantity, orders }
    }
    default: return event satisfies never
  }
}

/** Stream `stock-{sku}`. */
export const stockDecider: Decider<Stock, StockCommand, StockEvent> = {
  initialState: {
    onHand: 0,
    reserved: 0,
    orders: PersistentMap.empty(),
    documents: PersistentMap.empty(),
    adjustments: PersistentMap.empty(),
  },
  decide,
  evolve,
}
