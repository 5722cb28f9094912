import { z } from 'zod'

/**
 * What our own ids are called in the metadata of Stripe's objects. Stripe gives them back in every event about the object, shows them in
 * its dashboard, and keeps them when nothing else of a call is left. No personal data.
 */
export const paymentMetadata = ({ orderId, paymentId }: PaymentIds): Record<string, string> => ({
  order_id: orderId,
  payment_id: paymentId,
})

export type PaymentIds = { readonly orderId: string; readonly paymentId: string }

export type RefundIds = { readonly orderId: string; readonly refundId: string; readonly attempt: number }

export const refundMetadata = ({ orderId, refundId, attempt }: RefundIds): Record<string, string> => ({
  order_id: orderId,
  refund_id: refundId,
  attempt: String(attempt),
})

const payment = z
  .looseObject({ order_id: z.uuid(), payment_id: z.uuid() })
  .transform(({ order_id: orderId, payment_id: paymentId }): PaymentIds => ({ orderId, paymentId }))

const refund = z
  .looseObject({ order_id: z.uuid(), refund_id: z.string().min(1), attempt: z.coerce.number().int().positive() })
  .transform(({ order_id: orderId, refund_id: refundId, attempt }): RefundIds => ({ orderId, refundId, attempt }))

/** Undefined for what is not ours: other sales may go over the same account. */
export const paymentIdsIn = (metadata: unknown): PaymentIds | undefined => payment.safeParse(metadata).data
export const refundIdsIn = (metadata: unknown): RefundIds | undefined => refund.safeParse(metadata).data
