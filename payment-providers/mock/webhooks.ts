import { signatureHeader, verifyWebhook } from '../../infrastructure/http/webhook-signature.ts'
import { jsonOf, type ProviderWebhooks } from '../webhooks.ts'
import { envelopeSchema, providerEventOf } from './webhook-event.ts'

const provider = 'mock'

export const mockWebhooks = (secret: string): ProviderWebhooks => ({
  provider,
  signatureHeader,
  limitBytes: 64 * 1_024,
  read(signature, body, now) {
    if (verifyWebhook(secret, signature, body, now) !== 'valid') return { kind: 'unsigned' }
    const { data, error } = envelopeSchema.safeParse(jsonOf(body))
    return error === undefined
      ? { kind: 'event', event: providerEventOf(provider, data) }
      : { kind: 'malformed', error }
  },
})
