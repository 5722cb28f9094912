import type { Decider } from '../shared/decider.ts'
import { Refusal } from '../shared/refusal.ts'
import type {
  CancelOrder,
  ConfirmOrder,
  DelayOrder,
  DeliverOrder,
  ExpireOrder,
  HoldShipment,
  OrderCommand,
  PlaceOrder,
  RejectOrder,
  ReleaseShipment,
  ShipOrder,
} from './commands.ts'
import type { OrderEvent } from './events.ts'
import { evolveHolds, hold, isHeld, noHolds, release, type Holds } from './holds.ts'
import { totalOf } from './placing.ts'
import { statusAfter, type OrderStatus } from './status.ts'

export type OrderPlaced = Extract<OrderEvent, { readonly type: 'OrderPlaced' }>

type NewOrder = { readonly status: 'new' }
export type OpenOrder = {
  readonly status: Extract<OrderStatus, 'placed' | 'confirmed'>
  readonly placed: OrderPlaced
  /** The customer has been told that it takes longer than its time. */
  readonly delayed: boolean
  /** What keeps it from being shipped. */
  readonly holds: Holds
}
type SentOrder = {
  readonly status: Extract<OrderStatus, 'shipped' | 'delivered'>
  readonly placed: OrderPlaced
  readonly trackingNumber: string
}
type ClosedOrder = {
  readonly status: Extract<OrderStatus, 'rejected' | 'cancelled'>
  readonly placed: OrderPlaced
  /** Its payment had confirmed the order, or has been detected as late: the same payment again changes nothing. */
  readonly paymentAccountedFor: boolean
}
export type Order = NewOrder | OpenOrder | SentOrder | ClosedOrder

/** Everything after OrderPlaced. */
export type PlacedOrder = Exclude<Order, NewOrder>

export const isPlaced = (order: Order): order is PlacedOrder => order.status !== 'new'

/** Rejected or cancelled: it keeps neither stock nor money. */
export const isClosed = (order: Order): order is ClosedOrder =>
  order.status === 'rejected' || order.status === 'cancelled'

const isOpen = (order: Order): order is OpenOrder => order.status === 'placed' || order.status === 'confirmed'

const place = (order: Order, { type: _, lines, ...rest }: PlaceOrder): readonly OrderEvent[] => {
  if (order.status === 'new') return [{ type: 'OrderPlaced', ...rest, lines: [...lines], total: totalOf(lines) }]
  if (order.placed.requestHash === rest.requestHash) return []
  throw new Refusal('key_reused', 'this key has been used for another order')
}

const confirm = (order: Order, { orderId, paymentId }: ConfirmOrder): readonly OrderEvent[] => {
  switch (order.status) {
    case 'new':
      throw notFound(orderId)
    case 'placed':
      return [{ type: 'OrderConfirmed', orderId, total: order.placed.total, currency: order.placed.currency }]
    case 'confirmed':
    case 'shipped':
    case 'delivered':
      return []
    // An order has one payment. When that had confirmed the order before it was cancelled, this is the same news again, not late money.
    case 'rejected':
    case 'cancelled':
      return order.paymentAccountedFor ? [] : [{ type: 'LatePaymentDetected', orderId, paymentId }]
  }
}

const reject = (order: Order, { orderId, reason, shortages }: RejectOrder): readonly OrderEvent[] => {
  if (order.status === 'new') throw notFound(orderId)
  if (order.status !== 'placed') return []
  return [{ type: 'OrderRejected', orderId, reason, ...(shortages === undefined ? {} : { shortages: [...shortages] }) }]
}

const expire = (order: Order, { orderId }: ExpireOrder): readonly OrderEvent[] => {
  if (order.status === 'new') throw notFound(orderId)
  return order.status === 'placed' ? [{ type: 'OrderCancelled', orderId, reason: 'expired' }] : []
}

const delay = (order: Order, { orderId, reason }: DelayOrder): readonly OrderEvent[] => {
  if (order.status === 'new') throw notFound(orderId)
  return order.status === 'placed' && !order.delayed ? [{ type: 'OrderDelayed', orderId, reason }] : []
}

const cancel = (order: Order, { orderId, reason, note }: CancelOrder): readonly OrderEvent[] => {
  switch (order.status) {
    case 'new':
      throw notFound(orderId)
    case 'placed':
    case 'confirmed':
      return [{ type: 'OrderCancelled', orderId, reason, ...(note === undefined ? {} : { note }) }]
    case 'cancelled':
      return []
    case 'shipped':
    case 'delivered':
      throw new Refusal('already_shipped', 'the order is on its way')
    case 'rejected':
      throw new Refusal('order_closed', 'the order has been rejected')
  }
}

const ship = (order: Order, { orderId, carrier, trackingNumber }: ShipOrder): readonly OrderEvent[] => {
  switch (order.status) {
    case 'new':
      throw notFound(orderId)
    case 'placed':
      throw new Refusal('not_confirmed', 'the order is not confirmed yet')
    case 'confirmed':
      if (isHeld(order.holds)) throw new Refusal('payment_disputed', 'the customer disputes the payment')
      return [{ type: 'OrderShipped', orderId, carrier, trackingNumber }]
    case 'shipped':
    case 'delivered':
      if (order.trackingNumber === trackingNumber) return []
      throw new Refusal('already_shipped', 'the order was shipped under another tracking number', {
        trackingNumber: order.trackingNumber,
      })
    case 'rejected':
    case 'cancelled':
      throw new Refusal('order_closed', `the order is ${order.status}`)
  }
}

const holdOrRelease = (order: Order, command: HoldShipment | ReleaseShipment): readonly OrderEvent[] => {
  switch (order.status) {
    case 'new':
      throw notFound(command.orderId)
    case 'placed':
    case 'confirmed':
      return command.type === 'HoldShipment' ? hold(order.holds, command) : release(order.holds, command)
    // There is nothing that could be kept from going.
    case 'shipped':
    case 'delivered':
    case 'rejected':
    case 'cancelled':
      return []
  }
}

const deliver = (order: Order, { orderId }: DeliverOrder): readonly OrderEvent[] => {
  switch (order.status) {
    case 'new':
      throw notFound(orderId)
    case 'shipped':
      return [{ type: 'OrderDelivered', orderId }]
    case 'delivered':
      return []
    case 'placed':
    case 'confirmed':
    case 'rejected':
    case 'cancelled':
      throw new Refusal('not_shipped', `the order is ${order.status}`)
  }
}

// An event of another service can name an order that was never placed only by a fault: its dead letter belongs in front of an operator.
const notFound = (orderId: string): Refusal => new Refusal('order_not_found', 'there is no such order', { orderId })

const decide = (command: OrderCommand, order: Order): readonly OrderEvent[] => {
  switch (command.type) {
    case 'PlaceOrder':
      return place(order, command)
    case 'ConfirmOrder':
      return confirm(order, command)
    case 'RejectOrder':
      return reject(order, command)
    case 'ExpireOrder':
      return expire(order, command)
    case 'DelayOrder':
      return delay(order, command)
    case 'CancelOrder':
      return cancel(order, command)
    case 'HoldShipment':
    case 'ReleaseShipment':
      return holdOrRelease(order, command)
    case 'ShipOrder':
      return ship(order, command)
    case 'DeliverOrder':
      return deliver(order, command)
    default:
      return command satisfies never
  }
}

const evolve = (order: Order, event: OrderEvent): Order => {
  if (event.type === 'OrderPlaced')
    return order.status === 'new' ? { status: 'placed', placed: event, delayed: false, holds: noHolds } : order
  if (event.type === 'ShipmentHeld' || event.type === 'ShipmentReleased')
    return isOpen(order) ? { ...order, holds: evolveHolds(order.holds, event) } : order
  if (event.type === 'OrderDelayed') return isOpen(order) ? { ...order, delayed: true } : order
  if (event.type === 'LatePaymentDetected') return isClosed(order) ? { ...order, paymentAccountedFor: true } : order
  if (order.status === 'new' || statusAfter(order.status, event.type) === order.status) return order
  const { placed } = order
  switch (event.type) {
    case 'OrderConfirmed':
      return isOpen(order) ? { ...order, status: 'confirmed' } : order
    case 'OrderRejected':
      return { status: 'rejected', placed, paymentAccountedFor: false }
    case 'OrderCancelled':
      return { status: 'cancelled', placed, paymentAccountedFor: order.status === 'confirmed' }
    case 'OrderShipped':
      return { status: 'shipped', placed, trackingNumber: event.trackingNumber }
    case 'OrderDelivered':
      return order.status === 'shipped' ? { ...order, status: 'delivered' } : order
    default:
      return event satisfies never
  }
}

/** Stream `order-{orderId}`. */
export const orderDecider: Decider<Order, OrderCommand, OrderEvent> = {
  initialState: { status: 'new' },
  decide,
  evolve,
}
