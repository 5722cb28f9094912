import { z } from 'zod'
import { paymentWebhookEvents, type PaymentWebhookEvent } from '../../domain/payments/events.ts'

/** What every event of the provider has, of whatever type. */
export const envelopeSchema = z
  .looseObject({
    /** Becomes part of a stream's name. */
    id: z.string().regex(/^[A-Za-z0-9_.:-]{1,200}$/, 'This is not the id of an event.'),
    type: z.string().min(1).max(200),
    createdAt: z.iso.datetime(),
    data: z.looseObject({}).default({}),
  })
  .meta({ id: 'ProviderEvent' })
export type Envelope = z.output<typeof envelopeSchema>

const kinds: Readonly<Record<string, PaymentWebhookEvent['kind']>> = {
  'payment.succeeded': 'payment_succeeded',
  'payment.failed': 'payment_failed',
  'payment.action_required': 'payment_action_required',
  'refund.succeeded': 'refund_succeeded',
  'refund.failed': 'refund_failed',
  'dispute.opened': 'dispute_opened',
  'dispute.won': 'dispute_won',
  'dispute.lost': 'dispute_lost',
}

/** The fields that are kept, each as the stored event wants it. Nothing else the provider says goes any further. */
const { orderId, paymentId, providerPaymentId, amount, currency, code, url, refundId, attempt, ...more } =
  paymentWebhookEvents.PaymentProviderEventReceived.schema.shape
const { providerRefundId, providerDisputeId } = more
const payment = { orderId, paymentId, providerPaymentId, amount, currency, code, url }
const kept = { ...payment, refundId, attempt, providerRefundId, providerDisputeId }

/**
 * The stored form of a provider's event. A type that is not known is kept as `other`; a field that does not fit is left out, and the
 * payment service finds that the event says too little.
 */
export const providerEventOf = (provider: string, { id, type, createdAt, data }: Envelope): PaymentWebhookEvent => {
  const fields = Object.fromEntries(
    Object.entries(kept).flatMap(([name, schema]) => {
      const parsed = schema.safeParse(data[name])
      return parsed.success && parsed.data !== undefined ? [[name, parsed.data]] : []
    }),
  ) as Partial<PaymentWebhookEvent>
  return {
    ...fields,
    type: 'PaymentProviderEventReceived',
    provider,
    providerEventId: id,
    kind: Object.hasOwn(kinds, type) ? (kinds[type] ?? 'other') : 'other',
    providerTime: createdAt,
  }
}
