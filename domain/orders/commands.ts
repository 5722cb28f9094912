import type { Contact, OrderLine, ShipTo, Shortage } from './events.ts'

/** Everything a new order says, prices already looked up in the catalogue, lines of one SKU merged, sorted by SKU. */
export type PlaceOrder = {
  readonly type: 'PlaceOrder'
  readonly orderId: string
  readonly number: string
  readonly customerId: string
  readonly lines: readonly OrderLine[]
  readonly currency: string
  readonly shipTo: ShipTo
  readonly contact: Contact
  readonly paymentMethod: string
  readonly requestHash: string
}
export type ConfirmOrder = { readonly type: 'ConfirmOrder'; readonly orderId: string; readonly paymentId: string }
export type RejectOrder = {
  readonly type: 'RejectOrder'
  readonly orderId: string
  readonly reason: 'out_of_stock' | 'payment_failed'
  readonly shortages?: readonly Shortage[]
}
export type ExpireOrder = { readonly type: 'ExpireOrder'; readonly orderId: string }
/** Its deadline is put off, since the provider gives no result. */
export type DelayOrder = {
  readonly type: 'DelayOrder'
  readonly orderId: string
  readonly reason: 'payment_unanswered'
}
export type CancelOrder = {
  readonly type: 'CancelOrder'
  readonly orderId: string
  readonly reason: 'customer' | 'operator'
  readonly note?: string
}
/** By a dispute about its payment that is open, or lost. */
export type HoldShipment = {
  readonly type: 'HoldShipment'
  readonly orderId: string
  readonly providerDisputeId: string
}
export type ReleaseShipment = {
  readonly type: 'ReleaseShipment'
  readonly orderId: string
  readonly providerDisputeId: string
}
export type ShipOrder = {
  readonly type: 'ShipOrder'
  readonly orderId: string
  readonly carrier: string
  readonly trackingNumber: string
}
export type DeliverOrder = { readonly type: 'DeliverOrder'; readonly orderId: string }

export type OrderCommand =
  | PlaceOrder
  | ConfirmOrder
  | RejectOrder
  | ExpireOrder
  | DelayOrder
  | CancelOrder
  | HoldShipment
  | ReleaseShipment
  | ShipOrder
  | DeliverOrder
