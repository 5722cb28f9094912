import type { OrderProgress, PaymentStanding } from './at-rest.ts'
import { unhandledBy } from './unhandled.ts'

/**
 * Whether the next step of an order is one that a service of ours takes by itself, for what has been written already. If nobody is at it,
 * it has been forgotten. Else the order is at rest, or waits for the provider, the customer or a person; and the messages that it owes are
 * intents of their own, which are followed up.
 */
export const waitsForUs = ({
  order: status,
  reservation,
  linesHeld,
  payment,
}: Omit<OrderProgress, 'notificationsOwed'>): boolean => {
  switch (status) {
    case 'placed':
      return unhandledBy({ status }, { status: reservation }, payment) !== undefined
    case 'confirmed':
      return false
    case 'shipped':
    case 'delivered':
      return reservation !== 'committed'
    case 'rejected':
    case 'cancelled':
      return !(reservation === 'failed' || reservation === 'released') || linesHeld > 0 || isToBeGivenBack(payment)
    default:
      return status satisfies never
  }
}

/** Of a closed order: its payment has not been called off, or money is kept that nobody has asked the provider to give back. */
const isToBeGivenBack = (payment: PaymentStanding): boolean => {
  const { status, captured, refunded, refundsOpen, restAsked } = payment
  switch (status) {
    case 'none':
    case 'requested':
    case 'action_required':
    case 'unknown':
      return true
    case 'succeeded':
      return refunded < captured && refundsOpen === 0 && !restAsked
    case 'voided':
    case 'failed':
    case 'mismatch':
      return false
    default:
      return status satisfies never
  }
}
