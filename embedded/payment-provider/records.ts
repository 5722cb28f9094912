import { z } from 'zod'

const amount = z.int().positive()
const currency = z.string().regex(/^[A-Z]{3}$/)
const id = z.string().min(1).max(255)

export const methods = ['card-ok', 'card-declined', 'card-slow', 'card-unknown', 'card-action', 'card-late'] as const

export const chargeRequestSchema = z.strictObject({
  paymentId: id,
  orderId: id,
  amount,
  currency,
  method: z.enum(methods),
})
export type ChargeRequest = z.infer<typeof chargeRequestSchema>

export const refundRequestSchema = z.strictObject({
  providerPaymentId: id,
  refundId: id,
  attempt: z.int().positive(),
  amount,
  currency,
})
export type RefundRequest = z.infer<typeof refundRequestSchema>

export const chargeSchema = chargeRequestSchema.extend({
  id,
  idempotencyKey: id,
  status: z.enum(['pending', 'action_required', 'succeeded', 'failed', 'cancelled']),
  code: z.string().optional(),
  url: z.string().optional(),
  createdAt: z.iso.datetime(),
  /** When a pending one succeeds by itself. */
  settlesAt: z.iso.datetime().optional(),
})
export type Charge = z.infer<typeof chargeSchema>

export const refundSchema = refundRequestSchema.extend({
  /** Absent in one that was made in the dashboard. */
  refundId: id.optional(),
  attempt: z.int().positive().optional(),
  id,
  idempotencyKey: id,
  status: z.enum(['pending', 'succeeded', 'failed']),
  code: z.string().optional(),
  createdAt: z.iso.datetime(),
  settlesAt: z.iso.datetime().optional(),
})
export type Refund = z.infer<typeof refundSchema>

/** The customer's bank asks for the money back. */
export const disputeSchema = z.strictObject({
  id,
  providerPaymentId: id,
  amount,
  currency,
  status: z.enum(['open', 'won', 'lost']),
  createdAt: z.iso.datetime(),
})
export type Dispute = z.infer<typeof disputeSchema>

export const webhookEventSchema = z.strictObject({
  id,
  type: z.enum([
    'payment.succeeded',
    'payment.failed',
    'payment.action_required',
    'refund.succeeded',
    'refund.failed',
    'dispute.opened',
    'dispute.won',
    'dispute.lost',
  ]),
  createdAt: z.iso.datetime(),
  data: z.strictObject({
    /** Both absent in what is told of a dispute: it names the charge alone. */
    paymentId: id.optional(),
    orderId: id.optional(),
    providerPaymentId: id,
    amount,
    currency,
    code: z.string().optional(),
    url: z.string().optional(),
    refundId: id.optional(),
    attempt: z.int().positive().optional(),
    providerRefundId: id.optional(),
    providerDisputeId: id.optional(),
  }),
})
export type WebhookEvent = z.infer<typeof webhookEventSchema>

/** The answer to a request with an idempotency key; `hash` tells whether a later request with that key is the same one. */
export const answerSchema = z.strictObject({ key: id, hash: z.string(), status: z.int(), body: z.unknown() })
export type Answer = z.infer<typeof answerSchema>

/** A line of the journal: the newest record of an id counts. */
export const recordSchema = z.union([
  z.strictObject({ charge: chargeSchema }),
  z.strictObject({ refund: refundSchema }),
  z.strictObject({ dispute: disputeSchema }),
  z.strictObject({ answer: answerSchema }),
  z.strictObject({ webhook: webhookEventSchema }),
  z.strictObject({ delivered: id }),
])
export type LedgerRecord = z.infer<typeof recordSchema>
