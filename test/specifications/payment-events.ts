import type { PaymentEvent, PaymentWebhookEvent } from '../../domain/payments/events.ts'
import { orderId, paymentId } from './order-events.ts'

type EventOf<Type extends PaymentEvent['type']> = Extract<PaymentEvent, { readonly type: Type }>

const amount = 5500
const currency = 'EUR'
export const providerTime = '2026-03-01T12:00:00Z'
export const laterProviderTime = '2026-03-01T12:00:01Z'

export const paymentRequested = (): EventOf<'PaymentRequested'> => ({
  type: 'PaymentRequested',
  orderId,
  paymentId,
  amount,
  currency,
  method: 'card-ok',
  idempotencyKey: paymentId,
})
export const paymentActionRequired = (): EventOf<'PaymentActionRequired'> => ({
  type: 'PaymentActionRequired',
  orderId,
  paymentId,
  url: 'http://provider.example/confirm',
})
export const paymentSucceeded = (providerPaymentId = 'pp-1'): EventOf<'PaymentSucceeded'> => ({
  type: 'PaymentSucceeded',
  orderId,
  paymentId,
  providerPaymentId,
  amount,
  currency,
})
export const paymentFailed = (code = 'card_declined'): EventOf<'PaymentFailed'> => ({
  type: 'PaymentFailed',
  orderId,
  paymentId,
  code,
})
export const paymentOutcomeUnknown = (): EventOf<'PaymentOutcomeUnknown'> => ({
  type: 'PaymentOutcomeUnknown',
  orderId,
  paymentId,
})
export const paymentVoided = (reason = 'order_cancelled'): EventOf<'PaymentVoided'> => ({
  type: 'PaymentVoided',
  orderId,
  reason,
})
export const paymentMismatchDetected = (
  captured = 9900,
  currencyTaken = currency,
): EventOf<'PaymentMismatchDetected'> => ({
  type: 'PaymentMismatchDetected',
  orderId,
  paymentId,
  providerPaymentId: 'pp-1',
  captured,
  currency: currencyTaken,
})
export const duplicateChargeDetected = (providerPaymentId = 'pp-2'): EventOf<'DuplicateChargeDetected'> => ({
  type: 'DuplicateChargeDetected',
  orderId,
  providerPaymentId,
  amount,
  currency,
})
export const refundRequested = (changes: Partial<EventOf<'RefundRequested'>> = {}): EventOf<'RefundRequested'> => ({
  type: 'RefundRequested',
  orderId,
  refundId: 'full',
  attempt: 1,
  providerPaymentId: 'pp-1',
  amount,
  currency,
  reason: 'order_cancelled',
  ...changes,
})
export const refundSucceeded = (changes: Partial<EventOf<'RefundSucceeded'>> = {}): EventOf<'RefundSucceeded'> => ({
  type: 'RefundSucceeded',
  orderId,
  refundId: 'full',
  attempt: 1,
  amount,
  currency,
  providerRefundId: 'pr-1',
  providerTime,
  ...changes,
})
export const refundFailed = (changes: Partial<EventOf<'RefundFailed'>> = {}): EventOf<'RefundFailed'> => ({
  type: 'RefundFailed',
  orderId,
  refundId: 'full',
  attempt: 1,
  code: 'account_closed',
  providerTime,
  ...changes,
})
export const refundSettledManually = (): EventOf<'RefundSettledManually'> => ({
  type: 'RefundSettledManually',
  orderId,
  refundId: 'full',
  note: 'by bank transfer',
})
export const refundWithdrawn = (refundId = 'full'): EventOf<'RefundWithdrawn'> => ({
  type: 'RefundWithdrawn',
  orderId,
  refundId,
  note: 'given back by another refund',
})
export const externalRefundRecorded = (
  changes: Partial<EventOf<'ExternalRefundRecorded'>> = {},
): EventOf<'ExternalRefundRecorded'> => ({
  type: 'ExternalRefundRecorded',
  orderId,
  providerRefundId: 'pr-9',
  providerPaymentId: 'pp-1',
  amount: 2000,
  currency,
  providerTime,
  ...changes,
})
export const externalRefundFailed = (
  changes: Partial<EventOf<'ExternalRefundFailed'>> = {},
): EventOf<'ExternalRefundFailed'> => ({
  ...externalRefundRecorded(),
  type: 'ExternalRefundFailed',
  code: 'account_closed',
  ...changes,
})
const dispute = { orderId, providerDisputeId: 'dp-1', providerPaymentId: 'pp-1', amount, currency, providerTime }
export const disputeOpened = (changes: Partial<EventOf<'DisputeOpened'>> = {}): EventOf<'DisputeOpened'> => ({
  type: 'DisputeOpened',
  ...dispute,
  ...changes,
})
export const disputeLost = (changes: Partial<EventOf<'DisputeLost'>> = {}): EventOf<'DisputeLost'> => ({
  type: 'DisputeLost',
  ...dispute,
  ...changes,
})
export const disputeWon = (changes: Partial<EventOf<'DisputeWon'>> = {}): EventOf<'DisputeWon'> => ({
  type: 'DisputeWon',
  ...dispute,
  ...changes,
})
/** Of a kind that asks for nothing, unless `changes` says otherwise. */
export const providerEventReceived = (changes: Partial<PaymentWebhookEvent> = {}): PaymentWebhookEvent => ({
  type: 'PaymentProviderEventReceived',
  provider: 'mock',
  providerEventId: 'evt-1',
  kind: 'other',
  providerTime,
  ...changes,
})
