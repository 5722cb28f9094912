import type { PaymentEvent } from '../../domain/payments/events.ts'
import { evolveOutside, lostOf, refundedOutside, type DisputeStatus } from '../../domain/payments/outside-money.ts'
import { duplicateRefundId } from '../../domain/payments/refunds.ts'
import {
  isCharged,
  isGivenBack,
  isOpen,
  refundStatusAfter,
  type RefundOutcomeEvent,
} from '../../domain/payments/state.ts'
import { sumOf } from '../../domain/shared/money.ts'
import type { OrderRow, RefundState } from './table.ts'

type EventOf<Type extends PaymentEvent['type']> = Extract<PaymentEvent, { readonly type: Type }>

const isChargedIn = ({ paymentStatus: status }: OrderRow): boolean => isCharged({ status })
const isOpenIn = ({ paymentStatus: status }: OrderRow): boolean => isOpen({ status })

const becomes = (
  row: OrderRow,
  paymentStatus: OrderRow['paymentStatus'],
  paymentActionUrl: string | null = null,
): OrderRow => ({ ...row, paymentStatus, paymentActionUrl })

const shownFirst: readonly DisputeStatus[] = ['open', 'lost', 'won']

/** What a duplicate charge gave back was never the order's, so it does not count; nor what moved of it without us. */
const summedUp = (row: OrderRow): OrderRow => {
  const byUs = sumOf(
    Object.values(row.refunds)
      .filter((refund) => !refund.duplicate && isGivenBack(refund))
      .map(({ amount }) => amount),
  )
  if (row.providerPaymentId === null) return { ...row, refunded: byUs }
  const charge = { providerPaymentId: row.providerPaymentId, currency: row.currency }
  const ofCharge = row.outside.disputes.filter(({ providerPaymentId }) => providerPaymentId === row.providerPaymentId)
  return {
    ...row,
    refunded: sumOf([byUs, refundedOutside(row.outside, charge)]),
    chargedBack: lostOf(row.outside, charge),
    disputeStatus: shownFirst.find((shown) => ofCharge.some(({ status }) => status === shown)) ?? null,
  }
}

const charged = (
  row: OrderRow,
  paymentStatus: OrderRow['paymentStatus'],
  { providerPaymentId }: EventOf<'PaymentSucceeded' | 'PaymentMismatchDetected'>,
): OrderRow | 'same' => (isChargedIn(row) ? 'same' : summedUp({ ...becomes(row, paymentStatus), providerPaymentId }))

const withRefund = (row: OrderRow, refundId: string, refund: RefundState): OrderRow =>
  summedUp({ ...row, refunds: { ...row.refunds, [refundId]: refund } })

/** The domain's own fold of it. */
const movedOutside = (row: OrderRow, event: PaymentEvent): OrderRow | 'same' => {
  const outside = evolveOutside(row.outside, event)
  return outside === row.outside ? 'same' : summedUp({ ...row, outside })
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

/** It may have been told of before as one that is not ours. */
const refundSucceeded = (row: OrderRow, event: EventOf<'RefundSucceeded'>): OrderRow | 'same' => {
  const told = movedOutside(row, event)
  const outcome = refundOutcome(told === 'same' ? row : told, event)
  return outcome === 'same' ? told : outcome
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
      return charged(row, 'succeeded', event)
    case 'PaymentMismatchDetected':
      return charged(row, 'mismatch', event)
    // Given back by a refund of its own; the order's payment is what it was.
    case 'DuplicateChargeDetected':
      return 'same'
    case 'RefundRequested':
      return refundRequested(row, event)
    case 'RefundSucceeded':
      return refundSucceeded(row, event)
    case 'RefundFailed':
    case 'RefundSettledManually':
      return refundOutcome(row, event)
    case 'ExternalRefundRecorded':
    case 'ExternalRefundFailed':
    case 'DisputeOpened':
    case 'DisputeLost':
    case 'DisputeWon':
      return movedOutside(row, event)
    default:
      return event satisfies never
  }
}
