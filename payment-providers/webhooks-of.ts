import { there, type ProviderWebhooksConfig } from './config.ts'
import { mockWebhooks } from './mock/webhooks.ts'
import { stripeWebhooks } from './stripe/webhooks.ts'
import type { ProviderWebhooks } from './webhooks.ts'

/** The webhooks of the provider that the configuration chooses, and of no other: nothing says which provider has an order's money. */
export const webhooksOf = (config: ProviderWebhooksConfig): ProviderWebhooks => {
  switch (config.PAYMENT_PROVIDER) {
    case 'mock':
      return mockWebhooks(there(config.PAYMENT_WEBHOOK_SECRET))
    case 'stripe':
      return stripeWebhooks(there(config.STRIPE_WEBHOOK_SECRET))
  }
}
