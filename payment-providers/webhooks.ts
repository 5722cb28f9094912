import type { z } from 'zod'
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

/** Undefined for what is no JSON. */
export const jsonOf = (body: Buffer): unknown => {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
