import { there, type ProviderCallsConfig } from './config.ts'
import { mockPaymentProvider } from './mock/provider.ts'
import type { ConnectedProvider, ConnectionOptions } from './port.ts'
import type { Alarm } from './stripe/calls.ts'
import { stripePaymentProvider } from './stripe/provider.ts'

/** The provider that the configuration chooses. `alarm`: a person has to look. */
export const connectProvider = (
  config: ProviderCallsConfig,
  { alarm, ...connection }: ConnectionOptions & { readonly alarm: Alarm },
): ConnectedProvider => {
  switch (config.PAYMENT_PROVIDER) {
    case 'mock':
      return mockPaymentProvider({ ...connection, url: there(config.PAYMENT_PROVIDER_URL) })
    case 'stripe':
      return stripePaymentProvider({
        ...connection,
        alarm,
        secretKey: there(config.STRIPE_SECRET_KEY),
        returnUrl: there(config.STRIPE_RETURN_URL),
        apiBase: config.STRIPE_API_BASE,
      })
  }
}
