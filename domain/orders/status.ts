import type { OrderEvent } from './events.ts'

/** Every status of an order that was placed. */
export const orderStatuses = ['placed', 'confirmed', 'shipped', 'delivered', 'rejected', 'cancelled'] as const
export type OrderStatus = (typeof orderStatuses)[number]

/** What the event makes of an order's status. One that cannot apply leaves it as it is. */
export const statusAfter = (status: OrderStatus, type: OrderEvent['type']): OrderStatus => {
  switch (type) {
    // The first event, and money that came too late: the payment's own events say what becomes of that.
    case 'OrderPlaced':
    case 'LatePaymentDetected':
    // It is still placed, and for how long is a matter of its deadline.
    case 'OrderDelayed':
    // A matter of when it may be shipped.
    case 'ShipmentHeld':
    case 'ShipmentReleased':
      return status
    case 'OrderConfirmed':
      return status === 'placed' ? 'confirmed' : status
    case 'OrderRejected':
      return status === 'placed' ? 'rejected' : status
    case 'OrderCancelled':
      return status === 'placed' || status === 'confirmed' ? 'cancelled' : status
    case 'OrderShipped':
      return status === 'confirmed' ? 'shipped' : status
    case 'OrderDelivered':
      return status === 'shipped' ? 'delivered' : status
    default:
      return type satisfies never
  }
}
