import type { ReservationStatus } from '../inventory/reservation.ts'
import type { Payment, PaymentStatus } from '../payments/state.ts'
import { isCharged, isGivenBack, openRequestOf } from '../payments/state.ts'
import type { OrderStatus } from './status.ts'

/** Where the money of an order stands. Minor units; duplicate charges and their refunds are part of both sums. */
export type PaymentStanding = {
  readonly status: PaymentStatus
  /** The provider still owes the outcome of a request, also to one that is voided since. */
  readonly requestOpen: boolean
  readonly captured: number
  /** What has come back for good: refunds that succeeded, and those an operator settled by hand. */
  readonly refunded: number
  /** Asked for, without an outcome. */
  readonly refundsOpen: number
  /** Failed and not taken up again: an operator has been told. */
  readonly refundsFailed: number
}

export type OrderProgress = {
  readonly order: OrderStatus
  readonly reservation: ReservationStatus
  /** Lines that a stock event holds and none has released or committed. */
  readonly linesHeld: number
  readonly payment: PaymentStanding
  /** Messages that its events call for, by the notification process manager, and that have no outcome yet. */
  readonly notificationsOwed: number
}

export const standingOf = (payment: Payment): PaymentStanding => {
  const requestOpen = openRequestOf(payment) !== undefined
  if (!isCharged(payment))
    return { status: payment.status, requestOpen, captured: 0, refunded: 0, refundsOpen: 0, refundsFailed: 0 }
  const { status, charge, duplicates, refunds } = payment
  const back = refunds.filter(isGivenBack)
  return {
    status,
    requestOpen,
    captured: [charge, ...duplicates].reduce((sum, { amount }) => sum + amount, 0),
    refunded: back.reduce((sum, { amount }) => sum + amount, 0),
    refundsOpen: refunds.filter((refund) => refund.status === 'requested').length,
    refundsFailed: refunds.filter((refund) => refund.status === 'failed').length,
  }
}

/** Nothing more happens to the order unless somebody asks for it; any other order is on its way, and is looked after. */
export const isAtRest = ({ order, reservation, linesHeld, payment, notificationsOwed }: OrderProgress): boolean => {
  if (notificationsOwed > 0) return false
  switch (order) {
    case 'placed':
      return false
    // Whatever was refunded since: an operator's refund does not take the goods back.
    case 'confirmed':
      return reservation === 'reserved' && payment.status === 'succeeded'
    case 'shipped':
    case 'delivered':
      return reservation === 'committed'
    case 'rejected':
    case 'cancelled':
      return (reservation === 'failed' || reservation === 'released') && linesHeld === 0 && keepsNothing(payment)
    default:
      return order satisfies never
  }
}

/** No money is kept and none can come any more; or a person has it in hand. */
const keepsNothing = ({
  status,
  requestOpen,
  captured,
  refunded,
  refundsOpen,
  refundsFailed,
}: PaymentStanding): boolean => {
  switch (status) {
    case 'voided':
      return !requestOpen
    case 'failed':
    case 'mismatch':
      return true
    case 'succeeded':
      return refunded >= captured || (refundsOpen === 0 && refundsFailed > 0)
    case 'none':
    case 'requested':
    case 'action_required':
    case 'unknown':
      return false
    default:
      return status satisfies never
  }
}
