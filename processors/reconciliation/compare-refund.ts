import { refundsOf, type Payment, type Refund } from '../../domain/payments/payment.ts'
import { outsideOf, paymentIdIn } from '../../domain/payments/state.ts'
import type { RefundOutcome } from '../../domain/payments/commands.ts'
import type { ListedMoney, ListedRefund } from '../../payment-providers/listing.ts'
import { refundKey } from '../perform/intent.ts'
import { moneyDiffers } from './compare-payment.ts'
import type { Difference, DifferenceKind, Remedy } from './difference.ts'

type OwnAttempt = {
  readonly refund: Refund
  readonly attempt: number
  /** It has succeeded here, under this id of the provider's. */
  readonly isMade: boolean
}

/** As the payment's own decision finds it: by the provider's id first, and two refunds of the provider are never one attempt. */
const ownAttempt = (
  payment: Payment,
  { providerRefundId, providerPaymentId, claim }: ListedRefund,
): OwnAttempt | undefined => {
  for (const refund of refundsOf(payment)) {
    const made = refund.made?.find((one) => one.providerRefundId === providerRefundId)
    if (made !== undefined) return { refund, attempt: made.attempt, isMade: true }
  }
  const refund = claim && refundsOf(payment).find(({ refundId }) => refundId === claim.refundId)
  if (claim === undefined || refund === undefined || claim.attempt > refund.attempt) return undefined
  const isAnother = refund.made?.some(({ attempt }) => attempt === claim.attempt) === true
  return isAnother || refund.providerPaymentId !== providerPaymentId
    ? undefined
    : { refund, attempt: claim.attempt, isMade: false }
}

/** A refund of the provider, of a payment that is the order's. `at`: when the provider said so. */
export const compareRefund = (
  listed: ListedRefund,
  orderId: string,
  payment: Payment,
  at: Date,
): Difference | undefined => {
  const { providerRefundId, providerPaymentId, claim, status, money: there } = listed
  const own = ownAttempt(payment, listed)
  const external = outsideOf(payment).refunds.find((refund) => refund.providerRefundId === providerRefundId)
  const known = own?.refund ?? external
  const here: ListedMoney | undefined = known && { amount: known.amount, currency: known.currency }
  const isLast = own !== undefined && own.attempt === own.refund.attempt
  /** Counts as given back here. */
  const isBackHere = own === undefined ? external?.status === 'succeeded' : isLast && own.refund.status === 'succeeded'

  const differs = (kind: DifferenceKind, remedy: Remedy = { kind: 'operator' }): Difference => ({
    kind,
    of: 'refund',
    orderId,
    id: providerRefundId,
    there,
    here,
    remedy,
  })
  const toRecord = (kind: DifferenceKind, outcome: RefundOutcome & { readonly providerTime: string }): Difference => {
    if (there === undefined) return differs(kind)
    const refund = { providerRefundId, providerPaymentId, ...there }
    const command = {
      type: 'RecordToldRefund',
      orderId,
      paymentId: paymentIdIn(payment),
      claim,
      refund,
      outcome,
    } as const
    return differs(kind, { kind: 'record', command })
  }

  switch (status.kind) {
    case 'succeeded': {
      if (isBackHere && here !== undefined && (own === undefined || own.isMade)) {
        const kind = moneyDiffers(there, here)
        return kind && differs(kind)
      }
      const providerTime = listed.createdAt.toISOString()
      const outcome = { kind: 'succeeded', providerRefundId, providerTime } as const
      if (known === undefined) return toRecord('external_refund', outcome)
      // Failed here, or given back another way, or tried again since: the customer may have it twice.
      return isLast && own.refund.status === 'requested'
        ? toRecord('refunded_there', outcome)
        : differs('refunded_there')
    }
    case 'failed': {
      const isOpen = isLast && own.refund.status === 'requested'
      // The list says that it failed and not when: not later than now, and after it had succeeded.
      if (!isOpen && !isBackHere) return undefined
      const outcome = { kind: 'failed', code: status.code, providerTime: at.toISOString() } as const
      const found = toRecord('refund_failed_there', outcome)
      return own === undefined ? found : { ...found, id: refundKey(orderId, own.refund.refundId, own.attempt) }
    }
    case 'pending':
      return isBackHere ? differs('not_refunded_there') : undefined
  }
}

/** Whether the order's payment counts this refund of the provider as given back. */
export const isCountedAsRefunded = (payment: Payment, providerRefundId: string): boolean =>
  outsideOf(payment).refunds.some((one) => one.providerRefundId === providerRefundId && one.status === 'succeeded') ||
  refundsOf(payment).some(
    ({ status, attempt, made = [] }) =>
      status === 'succeeded' &&
      made.some((one) => one.providerRefundId === providerRefundId && one.attempt === attempt),
  )
