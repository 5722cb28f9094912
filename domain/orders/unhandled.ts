import type { Reservation } from '../inventory/reservation.ts'
import type { Payment } from '../payments/state.ts'
import type { Order } from './order.ts'

export type WaitingService = 'order' | 'inventory' | 'payment'

/**
 * The service that has an event of a placed order still before it, as the three streams tell; undefined when all has been handled: the
 * order waits for the provider, the customer, or nobody. Each step of the process managers leaves a trace in the stream of the service
 * that took it; where the trace is missing, the step has not been taken.
 */
export const unhandledBy = (
  order: Pick<Order, 'status'>,
  reservation: Pick<Reservation, 'status'>,
  payment: Pick<Payment, 'status'>,
): WaitingService | undefined => {
  if (order.status !== 'placed') return undefined
  switch (reservation.status) {
    // OrderPlaced, not looked at or only begun.
    case 'none':
    case 'started':
      return 'inventory'
    // InventoryReservationFailed: the order is to be rejected.
    case 'failed':
      return 'order'
    case 'reserved':
      return afterReservation(payment)
    // Nothing that goes with an order that is placed: there is nobody to wait for.
    case 'released':
    case 'committed':
      return undefined
    default:
      return reservation.status satisfies never
  }
}

const afterReservation = (payment: Pick<Payment, 'status'>): WaitingService | undefined => {
  switch (payment.status) {
    case 'none':
      return 'payment'
    case 'succeeded':
    case 'failed':
      return 'order'
    // The intent stands: what is missing is its outcome.
    case 'requested':
    case 'action_required':
    case 'unknown':
    case 'voided':
    case 'mismatch':
      return undefined
    default:
      return payment.status satisfies never
  }
}
