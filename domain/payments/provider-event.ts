import type { ProviderOutcome, RecordProviderOutcome, RefundOutcome, ReportIncompleteOutcome } from './commands.ts'
import type { PaymentWebhookEvent } from './events.ts'

/** The code of a failure for which the provider gave none. */
const unspecified = 'unspecified'

/**
 * What the provider told by webhook, as an outcome to record. Nothing where it is about something else; where a field that an outcome
 * needs is missing or empty, that is reported: it may be money.
 */
export const recordProviderEvent = (
  event: PaymentWebhookEvent,
): readonly (RecordProviderOutcome | ReportIncompleteOutcome)[] => {
  const { kind, provider, providerEventId } = event
  if (kind === 'other') return []
  const outcome = paymentOutcomeIn(event) ?? refundOutcomeIn(event)
  return [
    event.orderId && outcome !== undefined
      ? { type: 'RecordProviderOutcome', orderId: event.orderId, outcome }
      : { type: 'ReportIncompleteOutcome', provider, providerEventId, kind },
  ]
}

const paymentOutcomeIn = (event: PaymentWebhookEvent): RecordProviderOutcome['outcome'] | undefined => {
  const outcome = paymentOutcomeOf(event)
  return !event.paymentId || outcome === undefined ? undefined : { of: 'payment', paymentId: event.paymentId, outcome }
}

const refundOutcomeIn = (event: PaymentWebhookEvent): RecordProviderOutcome['outcome'] | undefined => {
  const outcome = refundOutcomeOf(event)
  const { refundId, attempt } = event
  return !refundId || attempt === undefined || outcome === undefined
    ? undefined
    : { of: 'refund', refundId, attempt, outcome }
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
    case 'other':
      return undefined
  }
}

const refundOutcomeOf = ({
  kind,
  providerRefundId,
  code,
  providerTime,
}: PaymentWebhookEvent): RefundOutcome | undefined => {
  switch (kind) {
    case 'refund_succeeded':
      return !providerRefundId ? undefined : { kind: 'succeeded', providerRefundId, providerTime }
    case 'refund_failed':
      return { kind: 'failed', code: code || unspecified, providerTime }
    case 'payment_succeeded':
    case 'payment_failed':
    case 'payment_action_required':
    case 'other':
      return undefined
  }
}
