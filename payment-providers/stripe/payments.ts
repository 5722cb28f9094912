import type Stripe from 'stripe'
import {
  OutcomeUnknown,
  ProviderUnavailable,
  type ChargeRequest,
  type ChargeResult,
  type PaymentProvider,
} from '../port.ts'
import { fromStripeAmount, toStripeAmount } from './amounts.ts'
import { isMissing, isReplayed, StripeRefused } from './answers.ts'
import type { Alarm, StripeCalls } from './calls.ts'
import { chargeRefusalCode, declineCode } from './failure-codes.ts'
import { findPayment } from './find-payment.ts'
import { paymentIdsIn, paymentMetadata } from './metadata.ts'

export type PaymentsOptions = {
  readonly calls: Pick<StripeCalls, 'ask' | 'lookUp'>
  /** Where the customer's bank sends them back to. Part of what a key is bound to: it should not change while payments are open. */
  readonly returnUrl: string
  readonly alarm: Alarm
  readonly now: () => Date
}

const captured = ({ id, amount_received, currency: theirs }: Stripe.PaymentIntent): ChargeResult => {
  const money = fromStripeAmount(amount_received, theirs)
  if (money === undefined) throw new OutcomeUnknown('Stripe has taken an amount that cannot be expressed here')
  return { kind: 'succeeded', providerPaymentId: id, ...money }
}

/** What a payment's state says (docs.stripe.com/payments/paymentintents/lifecycle). */
export const chargeResultOf = (payment: Stripe.PaymentIntent): ChargeResult => {
  const { status, last_payment_error: error, next_action: action } = payment
  switch (status) {
    case 'succeeded':
      return captured(payment)
    case 'canceled':
      return { kind: 'cancelled' }
    case 'requires_payment_method':
      // Without an error it was made and never tried: a request that broke off half way. The order's deadline cancels it.
      return error === null ? { kind: 'pending' } : { kind: 'failed', code: declineCode(error) }
    case 'requires_action': {
      const url = action?.redirect_to_url?.url
      // What only Stripe's own script in a browser can do is of no use here.
      return typeof url === 'string' ? { kind: 'action_required', url } : { kind: 'pending' }
    }
    default:
      return { kind: 'pending' }
  }
}

/** Creating, cancelling and finding payments. An order's payment is one PaymentIntent, created and confirmed in one call. */
export const stripePayments = ({
  calls: { ask, lookUp },
  returnUrl,
  alarm,
  now,
}: PaymentsOptions): Pick<PaymentProvider, 'charge' | 'cancel' | 'lookUp'> &
  Required<Pick<PaymentProvider, 'orderOf'>> => {
  const create =
    ({ amount, currency, method, idempotencyKey, ...ids }: ChargeRequest) =>
    (stripe: Stripe) =>
      stripe.paymentIntents.create(
        {
          amount,
          currency: currency.toLowerCase(),
          payment_method: method,
          allowed_payment_method_types: ['card'],
          confirm: true,
          return_url: returnUrl,
          metadata: paymentMetadata(ids),
        },
        { idempotencyKey },
      )

  /** As it stands now. It was there a moment ago, so that it is not now says nothing about it. */
  const fresh = async (id: string, signal: AbortSignal): Promise<Stripe.PaymentIntent> => {
    try {
      return await ask(signal, (stripe) => stripe.paymentIntents.retrieve(id))
    } catch (error) {
      // Whatever keeps it from being read, something has been sent before.
      if (error instanceof StripeRefused || error instanceof ProviderUnavailable)
        throw new OutcomeUnknown(error.message, { cause: error })
      throw error
    }
  }

  const refused = (error: StripeRefused, sentBefore: boolean): ChargeResult => {
    const { statusCode, code, param, payment_intent: payment } = error.refusal
    if (statusCode === 402) {
      // The payment is there all the same, and says best what became of it.
      const result = payment === undefined ? undefined : chargeResultOf(payment)
      return result === undefined || result.kind === 'pending'
        ? { kind: 'failed', code: declineCode(error.refusal) }
        : result
    }
    // Of an earlier request, which may have come through, it says nothing.
    if (sentBefore && !error.isReplayed) throw new OutcomeUnknown(error.message, { cause: error })
    const known = chargeRefusalCode(code)
    if (known === undefined) alarm('Stripe refused a payment for how it was asked', { said: error.message, param })
    return { kind: 'failed', code: known ?? 'request_refused' }
  }

  return {
    async charge({ sentBefore = false, ...request }, signal) {
      const amount = toStripeAmount(request.amount, request.currency)
      if (amount === undefined) return { kind: 'failed', code: 'amount_not_supported' }
      let made: Stripe.Response<Stripe.PaymentIntent>
      try {
        made = await ask(signal, create({ ...request, amount }))
      } catch (error) {
        if (error instanceof StripeRefused) return refused(error, sentBefore)
        throw error
      }
      // The first answer again: the customer may have confirmed it since.
      return chargeResultOf(isReplayed(made) ? await fresh(made.id, signal) : made)
    },

    async lookUp(sought, signal) {
      const found = await lookUp(signal, (stripe) => findPayment(stripe, sought, now))
      return found === undefined ? { kind: 'unknown_payment' } : chargeResultOf(found)
    },

    async cancel({ idempotencyKey, ...sought }, signal) {
      const found = await lookUp(signal, (stripe) => findPayment(stripe, sought, now))
      if (found === undefined) return { kind: 'unknown_payment' }
      if (found.status === 'succeeded' || found.status === 'canceled') return chargeResultOf(found)
      const { id } = found
      try {
        const cancelled = await ask(signal, (stripe) =>
          stripe.paymentIntents.cancel(id, { cancellation_reason: 'abandoned' }, { idempotencyKey }),
        )
        return chargeResultOf(cancelled)
      } catch (error) {
        if (!(error instanceof StripeRefused)) throw error
        // Too late, or somebody else has cancelled it: the same code for both, so its state decides.
        return chargeResultOf(await fresh(id, signal))
      }
    },

    async orderOf(providerPaymentId, signal) {
      try {
        const { metadata } = await ask(signal, (stripe) => stripe.paymentIntents.retrieve(providerPaymentId))
        const ids = paymentIdsIn(metadata)
        return ids === undefined ? { kind: 'unknown_payment' } : { kind: 'found', ...ids }
      } catch (error) {
        if (isMissing(error)) return { kind: 'unknown_payment' }
        throw error
      }
    },
  }
}
