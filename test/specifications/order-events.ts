import type { OrderEvent } from '../../domain/orders/events.ts'
import { paymentIdOf } from '../../domain/shared/ids.ts'

type EventOf<Type extends OrderEvent['type']> = Extract<OrderEvent, { readonly type: Type }>

export const orderId = '11111111-1111-5111-8111-111111111111'
export const otherOrderId = '22222222-2222-5222-8222-222222222222'
export const paymentId = paymentIdOf(orderId)

/** Two cups at 12.50 and a pot at 30.00: 55.00 EUR. */
export const placed = (changes: Partial<EventOf<'OrderPlaced'>> = {}): EventOf<'OrderPlaced'> => ({
  type: 'OrderPlaced',
  orderId,
  number: '0123456789',
  customerId: 'alice',
  lines: [
    { sku: 'CUP', name: 'Cup', quantity: 2, unitPrice: 1250 },
    { sku: 'POT', name: 'Pot', quantity: 1, unitPrice: 3000 },
  ],
  total: 5500,
  currency: 'EUR',
  shipTo: { name: 'Alice Adams', street: '1 Main Street', postalCode: '10115', city: 'Berlin', country: 'DE' },
  contact: { email: 'alice@example.com' },
  paymentMethod: 'card-ok',
  requestHash: 'hash-of-the-request',
  ...changes,
})
export const confirmed = (): EventOf<'OrderConfirmed'> => ({
  type: 'OrderConfirmed',
  orderId,
  total: 5500,
  currency: 'EUR',
})
export const outOfStock = (): EventOf<'OrderRejected'> => ({
  type: 'OrderRejected',
  orderId,
  reason: 'out_of_stock',
  shortages: [{ sku: 'POT', wanted: 1, available: 0 }],
})
export const notPaid = (): EventOf<'OrderRejected'> => ({ type: 'OrderRejected', orderId, reason: 'payment_failed' })
export const cancelled = (reason: EventOf<'OrderCancelled'>['reason'] = 'customer'): EventOf<'OrderCancelled'> => ({
  type: 'OrderCancelled',
  orderId,
  reason,
})
export const delayed = (): EventOf<'OrderDelayed'> => ({
  type: 'OrderDelayed',
  orderId,
  reason: 'payment_unanswered',
})
export const latePaymentDetected = (): EventOf<'LatePaymentDetected'> => ({
  type: 'LatePaymentDetected',
  orderId,
  paymentId,
})
export const shipmentHeld = (providerDisputeId = 'dp-1'): EventOf<'ShipmentHeld'> => ({
  type: 'ShipmentHeld',
  orderId,
  providerDisputeId,
})
export const shipmentReleased = (providerDisputeId = 'dp-1'): EventOf<'ShipmentReleased'> => ({
  type: 'ShipmentReleased',
  orderId,
  providerDisputeId,
})
export const shipped = (trackingNumber = 'T-1'): EventOf<'OrderShipped'> => ({
  type: 'OrderShipped',
  orderId,
  carrier: 'Post',
  trackingNumber,
})
export const delivered = (): EventOf<'OrderDelivered'> => ({ type: 'OrderDelivered', orderId })
