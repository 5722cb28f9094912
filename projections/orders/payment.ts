import type { PaymentEvent } from '../../domain/payments/events.ts'
import { duplicateRefundId } from '../../domain/payments/refunds.ts'
import {
  isCharged,
  isGivenBack,
  isOpen,
  refundStatusAfter,
  type RefundOutcomeEvent,
} from '../../domain/payments/state.ts'
import type { OrderRow, RefundState } from './table.ts'

type EventOf<Type extends PaymentEvent['type']> = Extract<PaymentEvent, { readonly type: Type }>

const isChargedIn = ({ paymentStatus: status }: OrderRow): boolean => isCharged({ status })
const isOpenIn = ({ paymentStatus: status }: OrderRow): boolean => isOpen({ status })

const becomes = (
  row: OrderRow,
  paymentStatus: OrderRow['paymentStatus'],
  paymentActionUrl: string | null = null,
): OrderRow => ({ ...row, paymentStatus, paymentActionUrl })

/** What a duplicate charge gave back was never the order's, so it does not count. */
const sumOf = (refunds: OrderRow['refunds']): number =>
  Object.values(refunds)
    .filter((refund) => !refund.duplicate && isGivenBack(refund))
    .reduce((sum, { amount }) => sum + amount, 0)

const withRefund = (row: OrderRow, refundId: string, refund: RefundState): OrderRow => {
  const refunds = { ...row.refunds, [refundId]: refund }
  return { ...row, refunds, refunded: sumOf(refunds) }
}

const refundOf = (row: OrderRow, refundId: string): RefundState | undefined =>
  Object.hasOwn(row.refunds, refundId) ? row.refunds[refundId] : undefined

const refundRequested = (
  row: OrderRow,
  { refundId, attempt, amount, providerPaymentId }: EventOf<'RefundRequested'>,
): OrderRow | 'same' => {
  const before = refundOf(row, refundId)
  if (before !== undefined && before.attempt >= attempt) return 'same'
  return withRefund(row, refundId, {
    attempt,
    amount,
    status: 'requested',
    duplicate: refundId === duplicateRefundId(providerPaymentId),
  })
}

const refundOutcome = (row: OrderRow, event: RefundOutcomeEvent): OrderRow | 'same' => {
  const refund = refundOf(row, event.refundId)
  if (refund === undefined) return 'same'
  const status = refundStatusAfter(refund, event)
  return status === refund.status ? 'same' : withRefund(row, event.refundId, { ...refund, status })
}

/** The order's money, as far as people are shown it. */
export const evolvePayment = (row: OrderRow, event: PaymentEvent): OrderRow | 'same' => {
  switch (event.type) {
    case 'PaymentRequested':
      return row.paymentStatus === 'none' ? becomes(row, 'requested') : 'same'
    case 'PaymentActionRequired':
      return isOpenIn(row) ? becomes(row, 'action_required', event.url) : 'same'
    case 'PaymentOutcomeUnknown':
      return isOpenIn(row) ? becomes(row, 'unknown') : 'same'
    case 'PaymentFailed':
      return isOpenIn(row) ? becomes(row, 'failed') : 'same'
    case 'PaymentVoided':
      return isChargedIn(row) ? 'same' : becomes(row, 'voided')
    case 'PaymentSucceeded':
      return isChargedIn(row) ? 'same' : becomes(row, 'succeeded')
    case 'PaymentMismatchDetected':
      return isChargedIn(row) ? 'same' : becomes(row, 'mismatch')
    // Given back by a refund of its own; the order's payment is what it was.
    case 'DuplicateChargeDetected':
      return 'same'
    case 'RefundRequested':
      return refundRequested(row, event)
    case 'RefundSucceeded':
    case 'RefundFailed':
    case 'RefundSettledManually':
      return refundOutcome(row, event)
    default:
      return event satisfies never
  }
}
