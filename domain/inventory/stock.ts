import type { Decider } from '../shared/decider.ts'
import { ForgetfulMap } from '../shared/forgetful-map.ts'
import { PersistentMap } from '../shared/persistent-map.ts'
import { Refusal } from '../shared/refusal.ts'
import type { AdjustStock, CommitStock, ReceiveStock, ReleaseStock, ReserveStock, StockCommand } from './commands.ts'
import type { StockEvent } from './events.ts'

/** What one order has of the SKU. Released and committed are final; released ahead, without ever having held anything: quantity 0. */
export type Hold = { readonly status: 'held' | 'released' | 'committed'; readonly quantity: number }

/**
 * One SKU. `0 ≤ reserved ≤ onHand`, always. States are kept in a cache while older ones are still being read, and a busy SKU has an
 * entry for each of thousands of orders: hence maps that share what has not changed instead of being copied for each event.
 */
export type Stock = {
  readonly onHand: number
  readonly reserved: number
  /** By order: how much it holds. Never forgotten. */
  readonly held: PersistentMap<number>
  /** By order: what is released or committed. They hold nothing any more, or never may. */
  readonly closed: ForgetfulMap<ClosedHold>
  /** Goods received, by document: the quantity. */
  readonly documents: ForgetfulMap<number>
  readonly adjustments: ForgetfulMap<Adjustment>
}

export type ClosedHold = Hold & { readonly status: 'released' | 'committed' }
export type Adjustment = { readonly delta: number; readonly reason: string }

/** What has come to its end is remembered for so long, in milliseconds, by the times of later events: a stock stream never ends. */
export const rememberedForMs = 30 * 24 * 3_600_000

/** What the order has of the SKU; undefined: nothing, as far as is remembered. */
export const holdOf = (stock: Stock, orderId: string): Hold | undefined => {
  const quantity = stock.held.get(orderId)
  return quantity === undefined ? stock.closed.get(orderId) : { status: 'held', quantity }
}

export const availableOf = (stock: Stock): number => stock.onHand - stock.reserved

const reserve = (stock: Stock, { sku, orderId, quantity }: ReserveStock): readonly StockEvent[] => {
  const hold = holdOf(stock, orderId)
  if (hold?.status === 'held') return []
  if (hold !== undefined)
    throw new Refusal('reservation_closed', `the order's claim on ${sku} is ${hold.status}`, { sku, orderId })
  const available = availableOf(stock)
  if (quantity > available)
    throw new Refusal('out_of_stock', `not enough of ${sku}`, { sku, wanted: quantity, available })
  return [{ type: 'StockReserved', sku, orderId, quantity }]
}

const release = (stock: Stock, { sku, orderId }: ReleaseStock): readonly StockEvent[] => {
  const hold = holdOf(stock, orderId)
  if (hold === undefined) return [{ type: 'StockReleased', sku, orderId, quantity: 0 }]
  return hold.status === 'held' ? [{ type: 'StockReleased', sku, orderId, quantity: hold.quantity }] : []
}

const commit = (stock: Stock, { sku, orderId }: CommitStock): readonly StockEvent[] => {
  const hold = holdOf(stock, orderId)
  if (hold?.status === 'held') return [{ type: 'StockCommitted', sku, orderId, quantity: hold.quantity }]
  if (hold?.status === 'committed') return []
  // Committed so long ago that it is forgotten: nobody asks for this whose reservation does not say that it was held.
  if (hold === undefined && stock.closed.hasForgotten) return []
  throw new Refusal('reservation_not_held', `the order holds nothing of ${sku}`, { sku, orderId })
}

const receive = (stock: Stock, { sku, quantity, document }: ReceiveStock): readonly StockEvent[] => {
  const known = stock.documents.get(document)
  if (known === undefined) return [{ type: 'StockReceived', sku, quantity, document }]
  if (known === quantity) return []
  throw new Refusal('document_reused', `document ${document} was used for another quantity`, {
    sku,
    document,
    quantity: known,
  })
}

const mostOrdersNamed = 100

const adjust = (stock: Stock, { sku, adjustmentId, delta, reason }: AdjustStock): readonly StockEvent[] => {
  const known = stock.adjustments.get(adjustmentId)
  if (known !== undefined) {
    if (known.delta === delta && known.reason === reason) return []
    throw new Refusal('document_reused', `adjustment ${adjustmentId} was used for something else`, {
      sku,
      adjustmentId,
      ...known,
    })
  }
  if (stock.onHand + delta < stock.reserved) {
    const orders = [...stock.held].map(([orderId]) => orderId).sort()
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
    case 'ReserveStock':
      return reserve(stock, command)
    case 'ReleaseStock':
      return release(stock, command)
    case 'CommitStock':
      return commit(stock, command)
    case 'ReceiveStock':
      return receive(stock, command)
    case 'AdjustStock':
      return adjust(stock, command)
    default:
      return command satisfies never
  }
}

const close = (stock: Stock, orderId: string, hold: ClosedHold, at: Date): Stock => ({
  ...stock,
  held: stock.held.without(orderId),
  closed: stock.closed.with(orderId, hold, at),
})

const evolve = (stock: Stock, event: StockEvent, at: Date): Stock => {
  switch (event.type) {
    case 'StockReceived':
      if (stock.documents.has(event.document)) return stock
      return {
        ...stock,
        onHand: stock.onHand + event.quantity,
        documents: stock.documents.with(event.document, event.quantity, at),
      }
    case 'StockAdjusted': {
      const { adjustmentId, delta, reason } = event
      if (stock.adjustments.has(adjustmentId) || stock.onHand + delta < stock.reserved) return stock
      return {
        ...stock,
        onHand: stock.onHand + delta,
        adjustments: stock.adjustments.with(adjustmentId, { delta, reason }, at),
      }
    }
    case 'StockReserved': {
      const { orderId, quantity } = event
      if (holdOf(stock, orderId) !== undefined || quantity > availableOf(stock)) return stock
      return { ...stock, reserved: stock.reserved + quantity, held: stock.held.with(orderId, quantity) }
    }
    case 'StockReleased': {
      const hold = holdOf(stock, event.orderId) ?? { status: 'held', quantity: 0 }
      if (hold.status !== 'held') return stock
      return {
        ...close(stock, event.orderId, { status: 'released', quantity: hold.quantity }, at),
        reserved: stock.reserved - hold.quantity,
      }
    }
    case 'StockCommitted': {
      const quantity = stock.held.get(event.orderId)
      if (quantity === undefined) return stock
      return {
        ...close(stock, event.orderId, { status: 'committed', quantity }, at),
        onHand: stock.onHand - quantity,
        reserved: stock.reserved - quantity,
      }
    }
    default:
      return event satisfies never
  }
}

/** Stream `stock-{sku}`. */
export const stockDecider: Decider<Stock, StockCommand, StockEvent> = {
  initialState: {
    onHand: 0,
    reserved: 0,
    held: PersistentMap.empty(),
    closed: ForgetfulMap.empty(rememberedForMs),
    documents: ForgetfulMap.empty(rememberedForMs),
    adjustments: ForgetfulMap.empty(rememberedForMs),
  },
  decide,
  evolve,
}
