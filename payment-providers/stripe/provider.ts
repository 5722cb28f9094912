import type { ConnectedProvider } from '../port.ts'
import { stripeListing } from './listing.ts'
import { stripeCalls, type StripeCallsOptions } from './calls.ts'
import { stripePayments } from './payments.ts'
import { stripeRefunds } from './refunds.ts'

export type StripeProviderOptions = StripeCallsOptions & {
  /** Where the customer's bank sends them back to. */
  readonly returnUrl: string
}

/**
 * Stripe: a payment is a PaymentIntent by card, created and confirmed in one call. What was settled where Stripe's documentation leaves
 * something open is in docs/decisions/0022-stripe.md.
 */
export const stripePaymentProvider = (options: StripeProviderOptions): ConnectedProvider => {
  const { returnUrl, alarm, now = () => new Date() } = options
  const calls = stripeCalls({ ...options, now })
  return {
    ...stripePayments({ calls, returnUrl, alarm, now }),
    ...stripeRefunds({ calls, alarm }),
    listing: stripeListing(calls),
    breaker: () => calls.breakerState(),
    lookUpBreaker: () => calls.lookUpBreakerState(),
    isPaused: () => calls.isPaused(),
    close: () => {
      calls.close()
    },
  }
}
