import { z } from 'zod'
import { amountSchema, currencySchema } from '../shared/money.ts'
import type { EventDefinitions, EventOf } from '../shared/event-definition.ts'

const orderId = z.uuid()
const paymentId = z.uuid()
const amount = amountSchema
const currency = currencySchema
/** RFC 3339; the provider's own clock. */
const providerTime = z.iso.datetime()
/** `ordered`: how many the order has of it, so that what is left of a line is known from the payment alone. */
const refundedLine = z.strictObject({
  sku: z.string().min(1),
  quantity: z.int().positive(),
  ordered: z.int().positive(),
})
export type RefundedLine = z.infer<typeof refundedLine>
const refund = { orderId, refundId: z.string().min(1), attempt: z.int().positive() }
/** `beforeCharge`: no charge had been told of when this was, so that there is one to come. */
const moved = {
  orderId,
  providerPaymentId: z.string().min(1),
  amount,
  currency,
  providerTime,
  beforeCharge: z.literal(true).optional(),
}
const externalRefund = { ...moved, providerRefundId: z.string().min(1) }
/** `ofDuplicate`: about a charge beyond the one that pays for the order, as far as was known then. */
const dispute = { ...moved, providerDisputeId: z.string().min(1), ofDuplicate: z.literal(true).optional() }

/** Stream `payment-{orderId}`. Amounts are minor units. */
export const paymentEvents = {
  /** The intent to charge; the provider's idempotency key is stored before the provider is called. */
  PaymentRequested: {
    version: 1,
    schema: z.strictObject({
      orderId,
      paymentId,
      amount,
      currency,
      method: z.string().min(1),
      idempotencyKey: z.string().min(1),
    }),
  },
  PaymentActionRequired: { version: 1, schema: z.strictObject({ orderId, paymentId, url: z.string().min(1) }) },
  PaymentSucceeded: {
    version: 1,
    schema: z.strictObject({ orderId, paymentId, providerPaymentId: z.string().min(1), amount, currency }),
  },
  PaymentFailed: { version: 1, schema: z.strictObject({ orderId, paymentId, code: z.string().min(1) }) },
  PaymentOutcomeUnknown: { version: 1, schema: z.strictObject({ orderId, paymentId }) },
  PaymentVoided: { version: 1, schema: z.strictObject({ orderId, reason: z.string().min(1) }) },
  PaymentMismatchDetected: {
    version: 1,
    schema: z.strictObject({ orderId, paymentId, providerPaymentId: z.string().min(1), captured: amount, currency }),
  },
  DuplicateChargeDetected: {
    version: 1,
    schema: z.strictObject({ orderId, providerPaymentId: z.string().min(1), amount, currency }),
  },
  RefundRequested: {
    version: 1,
    schema: z.strictObject({
      ...refund,
      providerPaymentId: z.string().min(1),
      amount,
      currency,
      reason: z.string().min(1),
      /** What is given back, where it was asked for by line; each SKU once. */
      lines: z.array(refundedLine).min(1).optional(),
    }),
  },
  RefundSucceeded: {
    version: 1,
    schema: z.strictObject({
      ...refund,
      amount,
      currency,
      providerRefundId: z.string().min(1),
      providerTime: providerTime.optional(),
    }),
  },
  RefundFailed: {
    version: 1,
    schema: z.strictObject({ ...refund, code: z.string().min(1), providerTime: providerTime.optional() }),
  },
  RefundSettledManually: {
    version: 1,
    schema: z.strictObject({ orderId, refundId: z.string().min(1), note: z.string().min(1) }),
  },
  /** A refund that had failed is not owed any more: the money has gone another way that counts by itself, or is not to go at all. */
  RefundWithdrawn: {
    version: 1,
    schema: z.strictObject({ orderId, refundId: z.string().min(1), note: z.string().min(1) }),
  },
  /** The provider gave money back that nobody here had asked it to: in its own dashboard, say. Once for each refund of the provider. */
  ExternalRefundRecorded: { version: 1, schema: z.strictObject(externalRefund) },
  /** Such a refund has failed: its money is here, whether it had been recorded before or not. */
  ExternalRefundFailed: { version: 1, schema: z.strictObject({ ...externalRefund, code: z.string().min(1) }) },
  /** The customer's bank asks for the money back. A charge can have more than one dispute, and each may be told of by its end alone. */
  DisputeOpened: { version: 1, schema: z.strictObject(dispute) },
  /** The bank has taken the amount back. It can still be won after that. */
  DisputeLost: { version: 1, schema: z.strictObject(dispute) },
  DisputeWon: { version: 1, schema: z.strictObject(dispute) },
} as const satisfies EventDefinitions

/** Stream `paymentWebhook-{provider}_{eventId}`, one event each: what the provider told us, without personal data. */
export const paymentWebhookEvents = {
  PaymentProviderEventReceived: {
    version: 1,
    schema: z.strictObject({
      provider: z.string().min(1),
      providerEventId: z.string().min(1),
      /** `other` is kept, so that nothing the provider says is lost, and asks for nothing. */
      kind: z.enum([
        'payment_succeeded',
        'payment_failed',
        'payment_action_required',
        'refund_succeeded',
        'refund_failed',
        'dispute_opened',
        'dispute_won',
        'dispute_lost',
        'other',
      ]),
      orderId: orderId.optional(),
      paymentId: paymentId.optional(),
      providerPaymentId: z.string().optional(),
      amount: amount.optional(),
      currency: currency.optional(),
      code: z.string().optional(),
      url: z.string().optional(),
      refundId: z.string().optional(),
      attempt: z.int().positive().optional(),
      providerRefundId: z.string().optional(),
      providerDisputeId: z.string().optional(),
      providerTime,
    }),
  },
} as const satisfies EventDefinitions

export type PaymentEvent = EventOf<typeof paymentEvents>
export type PaymentWebhookEvent = EventOf<typeof paymentWebhookEvents>
