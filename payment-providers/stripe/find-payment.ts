import type Stripe from 'stripe'
import type { SoughtPayment } from '../port.ts'
import { faultOf, StripeRefused } from './answers.ts'
import { paymentIdsIn } from './metadata.ts'

/** As far as our clock and Stripe's may be apart: a webhook is refused from here on too. */
const clocksApartSeconds = 300
/** A payment that is younger is seldom in the index yet. */
const indexedAfterSeconds = 600

const isSought =
  (paymentId: string) =>
  ({ metadata }: Stripe.PaymentIntent): boolean =>
    paymentIdsIn(metadata)?.paymentId === paymentId

/**
 * By the search, which is quick where it finds something. It lags, by up to an hour when Stripe is in trouble, and not every account has
 * it (docs.stripe.com/search, "Data freshness"): that it finds nothing proves nothing.
 */
const hinted = async (stripe: Stripe, paymentId: string): Promise<Stripe.PaymentIntent | undefined> => {
  try {
    const found = await stripe.paymentIntents.search({ query: `metadata['payment_id']:'${paymentId}'`, limit: 10 })
    const hit = found.data.find(isSought(paymentId))
    // What the search shows of its state may be old.
    return hit && (await stripe.paymentIntents.retrieve(hit.id))
  } catch (error) {
    if (faultOf(error) instanceof StripeRefused) return undefined
    throw error
  }
}

/**
 * The payment with our own id, as it stands now; undefined when there is none. That is certain but for a request that is still on its
 * way: all payments since it was asked for are looked through, and lists are not behind. A payment that the key's first request has made
 * is created when that arrived, not when it was answered.
 */
export const findPayment = async (
  stripe: Stripe,
  { paymentId, notBefore }: SoughtPayment,
  now: () => Date,
): Promise<Stripe.PaymentIntent | undefined> => {
  const since = Math.floor((await notBefore()).getTime() / 1_000)
  if (now().getTime() / 1_000 - since > indexedAfterSeconds) {
    const hit = await hinted(stripe, paymentId)
    if (hit !== undefined) return hit
  }
  for await (const payment of stripe.paymentIntents.list({
    created: { gte: since - clocksApartSeconds },
    limit: 100,
  })) {
    if (isSought(paymentId)(payment)) return payment
  }
  return undefined
}
