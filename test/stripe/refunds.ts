import { cardOf } from './cards.ts'
import type { Disputes } from './disputes.ts'
import type { Events } from './events.ts'
import { textOf, textsOf, type Parameters } from './form.ts'
import { invalidRequest, missing, StripeFailure, type Refund } from './objects.ts'
import type { PaymentIntents } from './payment-intents.ts'

export type RefundsOptions = {
  readonly now: () => Date
  readonly nextId: (prefix: string) => string
  readonly announce: Events['announce']
  readonly intents: Pick<PaymentIntents, 'all'>
  readonly disputes: Pick<Disputes, 'expectRefundable'>
}

/**
 * docs.stripe.com/refunds and /api/refunds: up to what was captured, in parts; pending where the money takes its time; and one that has
 * succeeded can fail later.
 */
export const createRefunds = ({ now, nextId, announce, intents, disputes }: RefundsOptions) => {
  const all = new Map<string, Refund>()
  const of = (intentId: string): readonly Refund[] =>
    [...all.values()].filter(({ payment_intent: intent }) => intent === intentId)
  const change = (refund: Refund, status: Refund['status'], type: string, failureReason?: string): void => {
    refund.status = status
    if (failureReason !== undefined) refund.failure_reason = failureReason
    announce(type, refund)
  }

  const create = (parameters: Parameters): Refund => {
    const intentId = textOf(parameters, 'payment_intent')
    const intent = intents.all().find(({ id }) => id === intentId)
    if (intent === undefined) throw missing(`payment_intent: '${intentId}'`, 'payment_intent', 400)
    if (intent.status !== 'succeeded') throw invalidRequest('it has no successful charge to refund')
    disputes.expectRefundable(intent.id)
    const refunded = of(intent.id)
      .filter(({ status }) => status !== 'failed')
      .reduce((sum, { amount }) => sum + amount, 0)
    const left = intent.amount_received - refunded
    const asked = textOf(parameters, 'amount')
    const amount = asked === undefined ? left : Number(asked)
    if (left === 0)
      throw new StripeFailure(400, {
        type: 'invalid_request_error',
        code: 'charge_already_refunded',
        message: 'has already been refunded',
      })
    // No code: docs.stripe.com/error-codes has none for it.
    if (amount > left)
      throw new StripeFailure(400, {
        type: 'invalid_request_error',
        param: 'amount',
        message: `Refund amount (${amount}) is greater than unrefunded amount on charge (${left})`,
      })
    const card = cardOf(intent.payment_method)
    const refund: Refund = {
      id: nextId('re'),
      object: 'refund',
      created: Math.floor(now().getTime() / 1_000),
      amount,
      currency: intent.currency,
      payment_intent: intent.id,
      charge: intent.latest_charge,
      metadata: textsOf(parameters, 'metadata'),
      status: card?.does === 'pays' && card.refunds === 'pending' ? 'pending' : 'succeeded',
    }
    all.set(refund.id, refund)
    announce('refund.created', refund)
    announce('charge.refunded', {
      id: intent.latest_charge,
      object: 'charge',
      payment_intent: intent.id,
      metadata: intent.metadata,
      amount_refunded: refunded + amount,
    })
    return refund
  }

  return {
    all: (): readonly Refund[] => [...all.values()],
    of,
    create,
    retrieve: (id: string): Refund => {
      const refund = all.get(id)
      if (refund === undefined) throw missing('refund', 'id')
      return refund
    },
    /** One that is pending comes to its end, or one that had succeeded fails. Nothing else becomes of any. */
    become(id: string, status: 'succeeded' | 'failed'): void {
      const refund = all.get(id)
      if (refund === undefined || refund.status === 'failed' || refund.status === status) return
      if (status === 'succeeded') change(refund, status, 'refund.updated')
      else change(refund, status, 'refund.failed', 'expired_or_canceled_card')
    },
    /** What takes its time comes to its end: pending ones succeed, and of `pm_card_refundFail` those that had succeeded fail. */
    settle: (which: (refund: Refund) => boolean = () => true) => {
      for (const refund of [...all.values()].filter(which)) {
        const method = intents.all().find(({ id }) => id === refund.payment_intent)?.payment_method
        if (refund.status === 'pending') change(refund, 'succeeded', 'refund.updated')
        else if (refund.status === 'succeeded' && method === 'pm_card_refundFail')
          change(refund, 'failed', 'refund.failed', 'expired_or_canceled_card')
      }
    },
    /** A pending one comes to nothing. */
    fail: (id: string) => {
      const refund = all.get(id)
      if (refund?.status === 'pending') change(refund, 'failed', 'refund.failed', 'declined')
    },
  }
}

export type Refunds = ReturnType<typeof createRefunds>
