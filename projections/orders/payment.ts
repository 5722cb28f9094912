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
import { attentionTo } from './attention.ts'
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

const refundOf = (row: OrderRow, refundId: string): RefundState | undefined =>
  Object.hasOwn(row.refunds, refundId) ? row.refunds[refundId] : undefined

const linesGivenBack = (refunds: readonly RefundState[]): OrderRow['refundedLines'] => {
  const quantities = new Map<string, number>()
  for (const { sku, quantity } of refunds.flatMap(({ lines = [] }) => lines))
    quantities.set(sku, (quantities.get(sku) ?? 0) + quantity)
  return [...quantities].sort(([a], [b]) => (a < b ? -1 : 1)).map(([sku, quantity]) => ({ sku, quantity }))
}

/** What a duplicate charge gave back was never the order's, so it does not count; nor what moved of it without us. */
const sumsOf = (row: OrderRow): OrderRow => {
  const made = Object.values(row.refunds).filter((refund) => !refund.duplicate && isGivenBack(refund))
  const byUs = sumOf(made.map(({ amount }) => amount))
  const refundedLines = linesGivenBack(made)
  if (row.providerPaymentId === null || row.charge === null) return { ...row, refunded: byUs, refundedLines }
  // Its own currency, which need not be the order's: it is what the provider took.
  const charge = { providerPaymentId: row.providerPaymentId, currency: row.charge.currency }
  const ofCharge = row.outside.disputes.filter(({ providerPaymentId }) => providerPaymentId === row.providerPaymentId)
  return {
    ...row,
    refunded: sumOf([byUs, refundedOutside(row.outside, charge)]),
    refundedLines,
    chargedBack: lostOf(row.outside, charge),
    disputeStatus: shownFirst.find((shown) => ofCharge.some(({ status }) => status === shown)) ?? null,
  }
}

const summedUp = (row: OrderRow): OrderRow => {
  const duplicateCharges = row.duplicateCharges.map((charge) => ({
    ...charge,
    refund: refundOf(row, duplicateRefundId(charge.providerPaymentId))?.status ?? null,
  }))
  const summed = sumsOf({ ...row, duplicateCharges })
  return { ...summed, attention: attentionTo(summed) }
}

const charged = (
  row: OrderRow,
  paymentStatus: OrderRow['paymentStatus'],
  event: EventOf<'PaymentSucceeded' | 'PaymentMismatchDetected'>,
): OrderRow | 'same' => {
  if (isChargedIn(row)) return 'same'
  const { providerPaymentId, currency } = event
  const amount = event.type === 'PaymentSucceeded' ? event.amount : event.captured
  return summedUp({ ...becomes(row, paymentStatus), providerPaymentId, charge: { amount, currency } })
}

const duplicated = (
  row: OrderRow,
  { providerPaymentId, amount, currency }: EventOf<'DuplicateChargeDetected'>,
): OrderRow | 'same' => {
  const known = [row.providerPaymentId, ...row.duplicateCharges.map((charge) => charge.providerPaymentId)]
  if (!isChargedIn(row) || known.includes(providerPaymentId)) return 'same'
  const charge = { providerPaymentId, amount, currency, refund: null }
  return summedUp({ ...row, duplicateCharges: [...row.duplicateCharges, charge] })
}

const withRefund = (row: OrderRow, refundId: string, refund: RefundState): OrderRow =>
  summedUp({ ...row, refunds: { ...row.refunds, [refundId]: refund } })

/** The domain's own fold of it. */
const movedOutside = (row: OrderRow, event: PaymentEvent): OrderRow | 'same' => {
  const outside = evolveOutside(row.outside, event)
  return outside === row.outside ? 'same' : summedUp({ ...row, outside })
}

const refundRequested = (
  row: OrderRow,
  { refundId, attempt, amount, providerPaymentId, lines }: EventOf<'RefundRequested'>,
): OrderRow | 'same' => {
  const before = refundOf(row, refundId)
  if (before !== undefined && before.attempt >= attempt) return 'same'
  return withRefund(row, refundId, {
    attempt,
    amount,
    status: 'requested',
    duplicate: refundId === duplicateRefundId(providerPaymentId),
    ...(lines === undefined ? {} : { lines }),
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
      // Where the customer confirms it they can still do so: they are asked only once.
      return isOpenIn(row) ? becomes(row, 'unknown', row.paymentActionUrl) : 'same'
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
      return duplicated(row, event)
    case 'RefundRequested':
      return refundRequested(row, event)
    case 'RefundSucceeded':
      return refundSucceeded(row, event)
    case 'RefundFailed':
    case 'RefundSettledManually':
    case 'RefundWithdrawn':
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
