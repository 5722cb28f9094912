import type {
  ProviderOutcome,
  RecordOutcomeOfUnnamedOrder,
  RecordProviderOutcome,
  ReportIncompleteOutcome,
  RefundOutcome,
  ToldDispute,
  ToldOutcome,
  ToldRefund,
} from './commands.ts'
import type { PaymentWebhookEvent } from './events.ts'

/** The code of a failure for which the provider gave none. */
const unspecified = 'unspecified'

/**
 * What the provider told by webhook, as an outcome to record. Nothing where it is about something else; where a field that an outcome
 * needs is missing or empty, that is reported: it may be money. An order that is not named may be known by the provider's payment.
 */
export const recordProviderEvent = (
  event: PaymentWebhookEvent,
): readonly (RecordProviderOutcome | RecordOutcomeOfUnnamedOrder | ReportIncompleteOutcome)[] => {
  const { kind, provider, providerEventId, orderId, providerPaymentId } = event
  if (kind === 'other') return []
  const incomplete: ReportIncompleteOutcome = { type: 'ReportIncompleteOutcome', provider, providerEventId, kind }
  const outcome = outcomeIn(event)
  if (orderId) return outcome === undefined ? [incomplete] : [{ type: 'RecordProviderOutcome', orderId, outcome }]
  // Also of one that says too little: it may be of another's sale, under the same account.
  return providerPaymentId
    ? [{ type: 'RecordOutcomeOfUnnamedOrder', providerPaymentId, outcome, otherwise: incomplete }]
    : [incomplete]
}

const outcomeIn = (event: PaymentWebhookEvent): ToldOutcome | undefined =>
  paymentOutcomeIn(event) ?? refundOutcomeIn(event) ?? disputeIn(event)

const paymentOutcomeIn = (event: PaymentWebhookEvent): ToldOutcome | undefined => {
  const outcome = paymentOutcomeOf(event)
  return !event.paymentId || outcome === undefined ? undefined : { of: 'payment', paymentId: event.paymentId, outcome }
}

const paymentOutcomeOf = ({
  kind,
  providerPaymentId,
  amount,
  currency,
  code,
  url,
}: PaymentWebhookEvent): ProviderOutcome | undefined => {
  switch (kind) {
    case 'payment_succeeded':
      if (!providerPaymentId || amount === undefined || currency === undefined) return undefined
      return { kind: 'succeeded', providerPaymentId, amount, currency }
    case 'payment_failed':
      return { kind: 'failed', code: code || unspecified }
    case 'payment_action_required':
      return !url ? undefined : { kind: 'action_required', url }
    case 'refund_succeeded':
    case 'refund_failed':
    case 'dispute_opened':
    case 'dispute_won':
    case 'dispute_lost':
    case 'other':
      return undefined
  }
}

const refundOutcomeIn = (event: PaymentWebhookEvent): ToldOutcome | undefined => {
  const outcome = refundOutcomeOf(event)
  const { paymentId, refundId, attempt, providerRefundId, amount, currency } = event
  const claim = !refundId || attempt === undefined ? undefined : { refundId, attempt }
  const providerPaymentId = event.providerPaymentId || undefined
  const refund: ToldRefund['refund'] =
    !providerRefundId || amount === undefined || currency === undefined
      ? undefined
      : { providerRefundId, providerPaymentId, amount, currency }
  if (outcome === undefined || (claim === undefined && refund === undefined)) return undefined
  return { of: 'refund', paymentId, claim, refund, outcome }
}

const refundOutcomeOf = ({
  kind,
  providerRefundId,
  code,
  providerTime,
}: PaymentWebhookEvent): (RefundOutcome & { readonly providerTime: string }) | undefined => {
  switch (kind) {
    case 'refund_succeeded':
      return !providerRefundId ? undefined : { kind: 'succeeded', providerRefundId, providerTime }
    case 'refund_failed':
      return { kind: 'failed', code: code || unspecified, providerTime }
    case 'payment_succeeded':
    case 'payment_failed':
    case 'payment_action_required':
    case 'dispute_opened':
    case 'dispute_won':
    case 'dispute_lost':
    case 'other':
      return undefined
  }
}

const disputeIn = (event: PaymentWebhookEvent): ToldOutcome | undefined => {
  const kind = disputeKindOf(event)
  const { paymentId, providerDisputeId, providerPaymentId, amount, currency, providerTime } = event
  if (kind === undefined || !providerDisputeId || !providerPaymentId) return undefined
  if (amount === undefined || currency === undefined) return undefined
  const dispute = { providerDisputeId, providerPaymentId, amount, currency }
  return { of: 'dispute', paymentId, dispute, outcome: { kind, providerTime } }
}

const disputeKindOf = ({ kind }: PaymentWebhookEvent): ToldDispute['outcome']['kind'] | undefined => {
  switch (kind) {
    case 'dispute_opened':
      return 'opened'
    case 'dispute_won':
      return 'won'
    case 'dispute_lost':
      return 'lost'
    case 'payment_succeeded':
    case 'payment_failed':
    case 'payment_action_required':
    case 'refund_succeeded':
    case 'refund_failed':
    case 'other':
      return undefined
  }
}
