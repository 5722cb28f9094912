import type { ReservationStatus } from '../../domain/inventory/reservation.ts'
import type { PaymentStatus } from '../../domain/payments/payment.ts'
import type { ShopEvent } from '../../domain/registry.ts'
import type { Projection } from '../../infrastructure/projections/projection.ts'

export type OrderInProgress = {
  readonly orderId: string
  /** RFC 3339, by the event's own time. */
  readonly placedAt: string
  readonly eventId: string
  readonly reservation: ReservationStatus
  readonly payment: PaymentStatus
  /** The payment has waited for the customer at some time. */
  readonly actionRequired: boolean
}

const orderOf = (event: ShopEvent): string | undefined => {
  switch (event.type) {
    case 'OrderPlaced':
    case 'OrderConfirmed':
    case 'OrderRejected':
    case 'OrderCancelled':
    case 'ReservationStarted':
    case 'InventoryReserved':
    case 'InventoryReservationFailed':
    case 'InventoryReleased':
    case 'PaymentRequested':
    case 'PaymentActionRequired':
    case 'PaymentSucceeded':
    case 'PaymentFailed':
    case 'PaymentOutcomeUnknown':
    case 'PaymentVoided':
    case 'PaymentMismatchDetected':
      return event.orderId
    default:
      return undefined
  }
}

/** Orders that are placed and have not come to a decision: those that have a deadline. A row leaves when the order is decided. */
export const ordersInProgress: Projection<OrderInProgress, ShopEvent> = {
  table: {
    name: 'orders_in_progress',
    key: 'orderId',
    columns: { orderId: 'text', placedAt: 'timestamptz', eventId: 'text', reservation: 'text', payment: 'text', actionRequired: 'boolean' },
    indexes: [{ columns: ['placedAt'] }],
  },
  version: 1,
  streamPrefixes: ['order-', 'reservation-', 'payment-'],

  keys: ({ event }) => {
    const orderId = orderOf(event)
    return orderId === undefined ? [] : [orderId]
  },

  evolve(row, { event, id: eventId, metadata }) {
    if (event.type === 'OrderPlaced') {
      const { orderId } = event
      return { orderId, placedAt: metadata.occurredAt, eventId, reservation: 'none', payment: 'none', actionRequired: false }
    }
    // Decided: whatever comes after that is nobody's deadline any more.
    if (row === undefined) return 'same'
    switch (event.type) {
      case 'OrderConfirmed':
      case 'OrderRejected':
      case 'OrderCancelled': return 'delete'
      case 'ReservationStarted': return { ...row, reservation: 'started' }
      case 'InventoryReserved': return { ...row, reservation: 'reserved' }
      case 'InventoryReservationFailed': return { ...row, reservation: 'failed' }
      case 'InventoryReleased': return { ...row, reservation: 'released' }
      case 'PaymentRequested': return { ...row, payment: 'requested' }
      case 'PaymentActionRequired': return { ...row, payment: 'action_required', actionRequired: true }
      case 'PaymentSucceeded': return { ...row, payment: 'succeeded' }
      case 'PaymentFailed': return { ...row, payment: 'failed' }
      case 'PaymentOutcomeUnknown': return { ...row, payment: 'unknown' }
      case 'PaymentVoided': return { ...row, payment: 'voided' }
      case 'PaymentMismatchDetected': return { ...row, payment: 'mismatch' }
      default: return 'same'
    }
  },
}
