import type { ProviderOutcome, RecordProviderOutcome, RefundOutcome } from './commands.ts'
import type { PaymentWebhookEvent } from './events.ts'

/** The code of a failure for which the provider gave none. */
const unspecified = 'unspecified'

/**
 * What the provider told by webhook, as an outcome to record. Nothing where it is about something else, or where a field that an outcome
 * needs is missing or empty.
 */
export const recordProviderEvent = (event: PaymentWebhookEvent): readonly RecordProviderOutcome[] => {
  const payment = paymentOutcomeOf(event)
  if (payment !== undefined) return ofPayment(event, payment)
  const refund = refundOutcomeOf(event)
  return refund === undefined ? [] : ofRefund(event, refund)
}

const ofPayment = ({ orderId, paymentId }: PaymentWebhookEvent, outcome: ProviderOutcome): readonly RecordProviderOutcome[] =>
  !orderId || !paymentId ? [] : [{ type: 'RecordProviderOutcome', orderId, outcome: { of: 'payment', paymentId, outcome } }]

const ofRefund = ({ orderId, refundId, attempt }: PaymentWebhookEvent, outcome: RefundOutcome): readonly RecordProviderOutcome[] =>
  !orderId || !refundId || attempt === undefined
    ? []
    : [{ type: 'RecordProviderOutcome', orderId, outcome: { of: 'refund', refundId, attempt, outcome } }]

const paymentOutcomeOf = ({ kind, providerPaymentId, amount, currency, code, url }: PaymentWebhookEvent): ProviderOutcome | undefined => {
  switch (kind) {
    case 'payment_succeeded':
      if (!providerPaymentId || amount === undefined || currency === undefined) return undefined
      return { kind: 'succeeded', providerPaymentId, amount, currency }
    case 'payment_failed': return { kind: 'failed', code: code || unspecified }
    case 'payment_action_required': return !url ? undefined : { kind: 'action_required', url }
    case 'refund_succeeded':
    case 'refund_failed':
    case 'other': return undefined
  }
}

const refundOutcomeOf = ({ kind, providerRefundId, code, providerTime }: PaymentWebhookEvent): RefundOutcome | undefined => {
  switch (kind) {
    case 'refund_succeeded': return !providerRefundId ? undefined : { kind: 'succeeded', providerRefundId, providerTime }
    case 'refund_failed': return { kind: 'failed', code: code || unspecified, providerTime }
    case 'payment_succeeded':
    case 'payment_failed':
    case 'payment_action_required':
    case 'other': return undefined
  }
}
