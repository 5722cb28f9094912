import type { ConnectionOptions, ConnectedProvider } from '../../payment-providers/port.ts'
import { stripePaymentProvider, type StripeProviderOptions } from '../../payment-providers/stripe/provider.ts'
import { standInKey, startStripe, type StripeStandIn, type StripeStandInOptions } from './server.ts'

export type ConnectedStripe = {
  readonly stripe: StripeStandIn
  /** What a person was told of, oldest first. */
  readonly alarms: readonly string[]
  readonly connect: (options?: ConnectionOptions & Partial<StripeProviderOptions>) => ConnectedProvider
  readonly close: () => Promise<void>
}

/** A stand-in, and adapters that call it. */
export const connectedStripe = async (options: StripeStandInOptions = {}): Promise<ConnectedStripe> => {
  const stripe = await startStripe(options)
  const connections: ConnectedProvider[] = []
  const alarms: string[] = []
  return {
    stripe,
    alarms,
    connect: (more = {}) => {
      const { now } = options
      const made = stripePaymentProvider({
        secretKey: standInKey,
        apiBase: stripe.url,
        returnUrl: 'https://shop.example/paid',
        alarm: (message) => alarms.push(message),
        timeLimitMs: 2_000,
        // One clock for all, unless a test has two.
        ...(now === undefined ? {} : { now, monotonic: () => now().getTime() }),
        ...more,
      })
      connections.push(made)
      return made
    },
    close: async () => {
      for (const made of connections) made.close()
      await stripe.close()
    },
  }
}
