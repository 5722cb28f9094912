import { standingOf as paymentStandingOf, type OrderProgress } from '../../domain/orders/at-rest.ts'
import type { Payment } from '../../domain/payments/state.ts'
import type { StandingOrder } from './due.ts'

/** Of the table of the orders in progress: what is asked for of one that stands still. */
export type StandingRow = {
  orderId: string
  movedAt: Date
  eventId: string
  status: OrderProgress['order']
  reservation: OrderProgress['reservation']
  payment: Payment
  linesHeld: number
}

export const standingOf = ({ status, reservation, payment, linesHeld, ...order }: StandingRow): StandingOrder => ({
  ...order,
  progress: { order: status, reservation, linesHeld, payment: paymentStandingOf(payment) },
})
