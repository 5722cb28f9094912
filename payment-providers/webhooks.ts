import type { z } from 'zod'
import { readJsonBytes } from '../infrastructure/http/json-bytes.ts'
import type { PaymentWebhookEvent } from '../domain/payments/events.ts'

/** What a provider's webhook turned out to be. `otherVersion`: it is written in that version of the API, and not in the one that is read here. */
export type WebhookReading =
  | { readonly kind: 'event'; readonly event: PaymentWebhookEvent; readonly otherVersion?: string }
  /** About a sale that is not this shop's: the account has others. */
  | { readonly kind: 'foreign' }
  /** Not from the provider, or too long ago, or from the future. */
  | { readonly kind: 'unsigned' }
  /** From the provider, and no event. */
  | { readonly kind: 'malformed'; readonly error: z.ZodError }

/** The webhooks of one provider, as the command API takes them in. */
export type ProviderWebhooks = {
  /** In the address, and in what is stored. */
  readonly provider: string
  readonly signatureHeader: string
  /** Of a body: what is longer is not read. */
  readonly limitBytes: number
  /** Nothing of the body is looked at before its signature holds. */
  readonly read: (signature: string | undefined, body: Buffer, now: Date) => WebhookReading
}

/** Undefined for what is no JSON in UTF-8. The bytes were signed, so what a header says of them counts for nothing. */
export const jsonOf = (body: Buffer): unknown => {
  const json = readJsonBytes(body)
  return json.read ? json.value : undefined
}
