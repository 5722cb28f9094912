import { hash } from 'node:crypto'
import type Stripe from 'stripe'
import {
  OutcomeUnknown,
  ProviderUnavailable,
  type PaymentProvider,
  type RefundIdentity,
  type RefundResult,
} from '../port.ts'
import { toStripeAmount } from './amounts.ts'
import { isMissing, isReplayed, StripeRefused } from './answers.ts'
import type { Alarm, StripeCalls } from './calls.ts'
import { refundFailureCode, refundRefusalCode } from './failure-codes.ts'
import { refundIdsIn, refundMetadata } from './metadata.ts'

export type RefundsOptions = { readonly calls: Pick<StripeCalls, 'ask' | 'lookUp'>; readonly alarm: Alarm }

/** What a refund's status says (docs.stripe.com/refunds, "Refund statuses"). One that has succeeded can fail up to a month later. */
export const refundResultOf = ({ id, status, failure_reason: reason }: Stripe.Refund): RefundResult => {
  switch (status) {
    case 'succeeded':
      return { kind: 'succeeded', providerRefundId: id }
    case 'failed':
      return { kind: 'failed', code: refundFailureCode(reason) }
    case 'canceled':
      return { kind: 'failed', code: 'refund_cancelled' }
    default:
      return { kind: 'pending' }
  }
}

/** Stripe's limit for a key (docs.stripe.com/api/idempotent_requests). */
const longestKey = 255
const keyOf = (key: string): string => (key.length > longestKey ? hash('sha256', key, 'hex') : key)

const isAttempt =
  ({ refundId, attempt }: RefundIdentity) =>
  ({ metadata }: Stripe.Refund): boolean => {
    const ids = refundIdsIn(metadata)
    return ids?.refundId === refundId && ids.attempt === attempt
  }

export const stripeRefunds = ({
  calls: { ask, lookUp },
  alarm,
}: RefundsOptions): Pick<PaymentProvider, 'refund' | 'lookUpRefund'> => {
  const refused = (error: StripeRefused, sentBefore: boolean): RefundResult => {
    const { messageCode } = error
    const { code, param } = error.refusal
    // Perhaps refused because the earlier request has given the money back.
    if (sentBefore && !error.isReplayed) throw new OutcomeUnknown(error.message, { cause: error })
    const known = refundRefusalCode({ code, messageCode, parameter: param })
    if (known === undefined) alarm('Stripe refused a refund for how it was asked', { said: error.message, param })
    return { kind: 'failed', code: known ?? 'request_refused' }
  }

  const lookUpRefund: PaymentProvider['lookUpRefund'] = async (identity, signal) => {
    const isSought = isAttempt(identity)
    try {
      return await lookUp(signal, async (stripe): Promise<RefundResult> => {
        const all = stripe.refunds.list({ payment_intent: identity.providerPaymentId, limit: 100 })
        for await (const refund of all) if (isSought(refund)) return refundResultOf(refund)
        return { kind: 'unknown_refund' }
      })
    } catch (error) {
      // There is no such payment to give anything back of.
      if (isMissing(error)) return { kind: 'failed', code: 'unknown_payment' }
      throw error
    }
  }

  /** Whatever keeps it from being read, something has been sent before. */
  const lookUpSent: PaymentProvider['lookUpRefund'] = async (identity, signal) => {
    try {
      return await lookUpRefund(identity, signal)
    } catch (error) {
      throw error instanceof ProviderUnavailable ? new OutcomeUnknown(error.message, { cause: error }) : error
    }
  }

  return {
    lookUpRefund,
    async refund({ idempotencyKey, sentBefore = false, ...request }, signal) {
      const { providerPaymentId, currency } = request
      const amount = toStripeAmount(request.amount, currency)
      if (amount === undefined) return { kind: 'failed', code: 'amount_not_supported' }
      let made: Stripe.Response<Stripe.Refund>
      try {
        made = await ask(signal, (stripe) =>
          stripe.refunds.create(
            { payment_intent: providerPaymentId, amount, metadata: refundMetadata(request) },
            { idempotencyKey: keyOf(idempotencyKey) },
          ),
        )
      } catch (error) {
        if (error instanceof StripeRefused) return refused(error, sentBefore)
        throw error
      }
      // The first answer again: it may have come through, or to nothing, since.
      return isReplayed(made) ? lookUpSent(request, signal) : refundResultOf(made)
    },
  }
}
