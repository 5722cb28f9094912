import { z } from 'zod'
import type { PaymentWebhookEvent } from '../../domain/payments/events.ts'
import { fromStripeAmount } from './amounts.ts'
import { disputeStatusOf } from './dispute-status.ts'
import { declineCode, refundFailureCode } from './failure-codes.ts'
import { paymentIdsIn, refundIdsIn } from './metadata.ts'

/** A snapshot event (docs.stripe.com/api/events/object), and what every one of them has. */
export const eventSchema = z.looseObject({
  /** Becomes part of a stream's name. */
  id: z.string().regex(/^[A-Za-z0-9_]{1,200}$/, 'This is not the id of an event.'),
  type: z.string().min(1).max(200),
  /** Of the API, in which the object is written; null for one that Stripe does not say. */
  api_version: z.string().max(100).nullish(),
  created: z.int().positive(),
  data: z.looseObject({ object: z.looseObject({}) }),
})
export type StripeEvent = z.output<typeof eventSchema>

type Told = Pick<PaymentWebhookEvent, 'kind'> & Partial<PaymentWebhookEvent>

const id = z.string().min(1).max(200)
/** An id, or the object itself where it is expanded. */
const reference = z.union([id, z.looseObject({ id }).transform((object) => object.id)])
const money = { amount: z.number(), currency: z.string() }
const text = z.string().nullish()

const intentSchema = z.looseObject({
  id,
  amount_received: z.number(),
  currency: z.string(),
  last_payment_error: z.looseObject({ code: text, decline_code: text, advice_code: text }).nullish(),
  next_action: z.looseObject({ redirect_to_url: z.looseObject({ url: z.url() }).nullish() }).nullish(),
})
const refundSchema = z.looseObject({
  id,
  ...money,
  payment_intent: reference,
  status: z.string(),
  failure_reason: text,
})
const disputeSchema = z.looseObject({ id, ...money, payment_intent: reference, status: z.string() })

const orNone = (value: string | null | undefined): string | undefined => value ?? undefined

const intentTold = (type: string, object: unknown): Told => {
  const { data: intent } = intentSchema.safeParse(object)
  // Money came, and the event does not say how much: whoever decides finds it incomplete, and a person looks.
  if (intent === undefined) return { kind: type === 'payment_intent.succeeded' ? 'payment_succeeded' : 'other' }
  const { last_payment_error: error, next_action: action } = intent
  const providerPaymentId = intent.id
  switch (type) {
    case 'payment_intent.succeeded':
      return {
        kind: 'payment_succeeded',
        providerPaymentId,
        ...fromStripeAmount(intent.amount_received, intent.currency),
      }
    case 'payment_intent.payment_failed': {
      const said = { code: orNone(error?.code), decline_code: orNone(error?.decline_code) }
      const code = declineCode({ ...said, advice_code: orNone(error?.advice_code) })
      return { kind: 'payment_failed', providerPaymentId, code }
    }
    case 'payment_intent.canceled':
      return { kind: 'payment_failed', providerPaymentId, code: 'cancelled' }
    case 'payment_intent.requires_action': {
      const url = action?.redirect_to_url?.url
      return url === undefined
        ? { kind: 'other', providerPaymentId }
        : { kind: 'payment_action_required', providerPaymentId, url }
    }
    default:
      return { kind: 'other', providerPaymentId }
  }
}

/** By its status, whichever event tells of it: they come in any order. */
const refundTold = (object: z.output<typeof refundSchema>): Told => {
  const { id: providerRefundId, payment_intent: providerPaymentId, status, failure_reason: reason } = object
  const told = {
    ...refundIdsIn(object['metadata']),
    providerRefundId,
    providerPaymentId,
    ...fromStripeAmount(object.amount, object.currency),
  }
  switch (status) {
    case 'succeeded':
      return { kind: 'refund_succeeded', ...told }
    case 'failed':
      return { kind: 'refund_failed', ...told, code: refundFailureCode(reason) }
    case 'canceled':
      return { kind: 'refund_failed', ...told, code: 'refund_cancelled' }
    default:
      return { kind: 'other', ...told }
  }
}

/** With which the account loses money, or gets it back: docs.stripe.com/disputes/how-disputes-work. */
const moneyMoves = ['created', 'closed', 'funds_withdrawn', 'funds_reinstated'].map((what) => `charge.dispute.${what}`)

const disputeKinds = {
  open: 'dispute_opened',
  won: 'dispute_won',
  lost: 'dispute_lost',
  uncounted: 'other',
} as const

const disputeKind = (type: string, status: string): PaymentWebhookEvent['kind'] =>
  moneyMoves.includes(type) ? disputeKinds[disputeStatusOf(status)] : 'other'

/** Money moved, and no more can be read than of which payment: whoever decides finds it incomplete, and a person looks. */
const unreadable = (
  kind: Told['kind'],
  { payment_intent: providerPaymentId }: Record<string, unknown>,
): Told | undefined => (typeof providerPaymentId === 'string' ? { kind, providerPaymentId } : undefined)

/** Undefined for what names neither an order of ours nor a payment that may be one's. */
const toldBy = ({ type, data: { object } }: StripeEvent): Told | undefined => {
  const ids = paymentIdsIn(object['metadata'])
  if (type.startsWith('payment_intent.')) return ids && { ...intentTold(type, object), ...ids }
  // Made in the dashboard, it says nothing of us: whose it is has to be asked by the payment.
  if (/^refund\./.test(type)) {
    const { data: refund } = refundSchema.safeParse(object)
    return refund === undefined ? unreadable('refund_succeeded', object) : refundTold(refund)
  }
  if (/^charge\.dispute\./.test(type)) {
    const { data: dispute } = disputeSchema.safeParse(object)
    if (dispute === undefined) return unreadable('dispute_opened', object)
    const { id: providerDisputeId, payment_intent: providerPaymentId, status, amount, currency } = dispute
    const kind = disputeKind(type, status)
    return { kind, providerDisputeId, providerPaymentId, ...fromStripeAmount(amount, currency) }
  }
  return ids && { kind: 'other', ...ids }
}

/**
 * Stripe's clock shows whole seconds. A refund that has failed never succeeds again, so its failure is the last thing of its second: it
 * may follow a success of the same one.
 */
const timeOf = (created: number, kind: Told['kind']): string =>
  new Date(created * 1_000 + (kind === 'refund_failed' ? 999 : 0)).toISOString()

/**
 * The stored form of a Stripe event, with the fields that are needed and nothing else Stripe says; undefined for another's sale. What a
 * field does not say is left out, and the payment service finds that the event says too little.
 */
export const stripeEventOf = (provider: string, event: StripeEvent): PaymentWebhookEvent | undefined => {
  const told = toldBy(event)
  return (
    told && {
      ...told,
      type: 'PaymentProviderEventReceived',
      provider,
      providerEventId: event.id,
      providerTime: timeOf(event.created, told.kind),
    }
  )
}
