import type { ReservationStatus } from '../inventory/reservation.ts'
import { lostOf, refundedOutside } from '../payments/outside-money.ts'
import { isAllAskedFor } from '../payments/refunds.ts'
import type { Charge, ChargedPayment, Payment, PaymentStatus } from '../payments/state.ts'
import { isCharged, isGivenBack, openRequestOf, outsideOf } from '../payments/state.ts'
import { sumOf } from '../shared/money.ts'
import type { OrderStatus } from './status.ts'

/** Where the money of an order stands. Minor units; duplicate charges and their refunds are part of both sums. */
export type PaymentStanding = {
  readonly status: PaymentStatus
  /** The provider still owes the outcome of a request, also to one that is voided since. */
  readonly requestOpen: boolean
  readonly captured: number
  /** What has come back for good: refunds that succeeded, whoever made them, those an operator settled by hand, and what a dispute has lost. */
  readonly refunded: number
  /** Asked for, without an outcome. */
  readonly refundsOpen: number
  /**
   * Nothing more is asked for by itself: of what is kept all the same, an operator has been told. A refund of a part that failed says
   * nothing of the rest.
   */
  readonly restAsked: boolean
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

const nothingTaken = { captured: 0, refunded: 0, refundsOpen: 0, restAsked: false }

/** Of one charge; two may have given back the same money, but no more of it than there was. */
const givenBackOf = (payment: ChargedPayment & Payment, charge: Charge): number => {
  const byUs = payment.refunds
    .filter((refund) => refund.providerPaymentId === charge.providerPaymentId && isGivenBack(refund))
    .map(({ amount }) => amount)
  const outside = outsideOf(payment)
  return Math.min(charge.amount, sumOf([...byUs, refundedOutside(outside, charge), lostOf(outside, charge)]))
}

export const standingOf = (payment: Payment): PaymentStanding => {
  const requestOpen = openRequestOf(payment) !== undefined
  if (!isCharged(payment)) return { status: payment.status, requestOpen, ...nothingTaken }
  const { status, charge, duplicates, refunds } = payment
  const charges = [charge, ...duplicates]
  return {
    status,
    requestOpen,
    captured: sumOf(charges.map(({ amount }) => amount)),
    refunded: sumOf(charges.map((one) => givenBackOf(payment, one))),
    refundsOpen: refunds.filter((refund) => refund.status === 'requested').length,
    restAsked: isAllAskedFor(payment),
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
  restAsked,
}: PaymentStanding): boolean => {
  switch (status) {
    case 'voided':
      return !requestOpen
    case 'failed':
    case 'mismatch':
      return true
    case 'succeeded':
      return refunded >= captured || (refundsOpen === 0 && restAsked)
    case 'none':
    case 'requested':
    case 'action_required':
    case 'unknown':
      return false
    default:
      return status satisfies never
  }
}
