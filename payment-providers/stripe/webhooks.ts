import { verifyWebhook } from '../../infrastructure/http/webhook-signature.ts'
import { jsonOf, type ProviderWebhooks } from '../webhooks.ts'
import { apiVersion } from './api-version.ts'
import { eventSchema, stripeEventOf } from './webhook-event.ts'

const provider = 'stripe'

/**
 * Stripe's snapshot events. Its signatures are the scheme of `infrastructure/http/webhook-signature.ts` (docs.stripe.com/webhooks/signature),
 * which is used here and not the package's check: that one lets a time that is far ahead pass. Two secrets while one is being changed:
 * Stripe signs with both then, and each end may be the first to forget the old one.
 */
export const stripeWebhooks = (secrets: readonly string[]): ProviderWebhooks => ({
  provider,
  signatureHeader: 'Stripe-Signature',
  // A dispute's event has the evidence in it, up to 150,000 characters (docs.stripe.com/disputes/best-practices).
  limitBytes: 512 * 1_024,
  read(signature, body, now) {
    const isSigned = secrets.some((secret) => verifyWebhook(secret, signature, body, now) === 'valid')
    if (!isSigned) return { kind: 'unsigned' }
    const { data, error } = eventSchema.safeParse(jsonOf(body))
    if (error !== undefined) return { kind: 'malformed', error }
    const event = stripeEventOf(provider, data)
    if (event === undefined) return { kind: 'foreign' }
    const { api_version: version } = data
    return {
      kind: 'event',
      event,
      ...(typeof version === 'string' && version !== apiVersion && { otherVersion: version }),
    }
  },
})
