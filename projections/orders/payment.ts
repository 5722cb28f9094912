import type { PaymentEvent } from '../../domain/payments/events.ts'
import { duplicateRefundId } from '../../domain/payments/refunds.ts'
import type { OrderRow, RefundState } from './table.ts'

type EventOf<Type extends PaymentEvent['type']> = Extract<PaymentEvent, { readonly type: Type }>

const isCharged = ({ paymentStatus }: OrderRow): boolean => paymentStatus === 'succeeded' || paymentStatus === 'mismatch'

const isAsked = ({ paymentStatus }: OrderRow): boolean =>
  paymentStatus === 'requested' || paymentStatus === 'action_required' || paymentStatus === 'unknown'

const becomes = (row: OrderRow, paymentStatus: OrderRow['paymentStatus'], paymentActionUrl: string | null = null): OrderRow =>
  ({ ...row, paymentStatus, paymentActionUrl })

/** What a duplicate charge gave back was never the order's, so it does not count. */
const sumOf = (refunds: OrderRow['refunds']): number =>
  Object.values(refunds)
    .filter(({ status, duplicate }) => !duplicate && (status === 'succeeded' || status === 'settled'))
    .reduce((sum, { amount }) => sum + amount, 0)

const withRefund = (row: OrderRow, refundId: string, refund: RefundState): OrderRow => {
  const refunds = { ...row.refunds, [refundId]: refund }
  return { ...row, refunds, refunded: sumOf(refunds) }
}

const refundOf = (row: OrderRow, refundId: string): RefundState | undefined =>
  Object.hasOwn(row.refunds, refundId) ? row.refunds[refundId] : undefined

const refundRequested = (row: OrderRow, { refundId, attempt, amount, providerPaymentId }: EventOf<'RefundRequested'>): OrderRow | 'same' => {
  const before = refundOf(row, refundId)
  if (before !== undefined && before.attempt >= attempt) return 'same'
  return withRefund(row, refundId, { attempt, amount, status: 'requested', duplicate: refundId === duplicateRefundId(providerPaymentId) })
}

/** Only the latest attempt counts, and only a status that can become this one. */
const refundBecomes = (
  row: OrderRow,
  { refundId, attempt }: { readonly refundId: string; readonly attempt?: number },
  status: RefundState['status'],
  from: readonly RefundState['status'][],
): OrderRow | 'same' => {
  const refund = refundOf(row, refundId)
  if (refund === undefined || (attempt !== undefined && attempt !== refund.attempt) || !from.includes(refund.status)) return 'same'
  return withRefund(row, refundId, { ...refund, status })
}

/** The order's money, as far as people are shown it. */
export const evolvePayment = (row: OrderRow, event: PaymentEvent): OrderRow | 'same' => {
  switch (event.type) {
    case 'PaymentRequested': return row.paymentStatus === 'none' ? becomes(row, 'requested') : 'same'
    case 'PaymentActionRequired': return isAsked(row) ? becomes(row, 'action_required', event.url) : 'same'
    case 'PaymentOutcomeUnknown': return isAsked(row) ? becomes(row, 'unknown') : 'same'
    case 'PaymentFailed': return isAsked(row) ? becomes(row, 'failed') : 'same'
    case 'PaymentVoided': return isCharged(row) ? 'same' : becomes(row, 'voided')
    case 'PaymentSucceeded': return isCharged(row) ? 'same' : becomes(row, 'succeeded')
    case 'PaymentMismatchDetected': return isCharged(row) ? 'same' : becomes(row, 'mismatch')
    // Given back by a refund of its own; the order's payment is what it was.
    case 'DuplicateChargeDetected': return 'same'
    case 'RefundRequested': return refundRequested(row, event)
    case 'RefundSucceeded': return refundBecomes(row, event, 'succeeded', ['requested'])
    case 'RefundFailed': return refundBecomes(row, event, 'failed', ['requested', 'succeeded'])
    case 'RefundSettledManually': return refundBecomes(row, event, 'settled', ['failed'])
    default: return event satisfies never
  }
}
