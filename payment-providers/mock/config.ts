import { z } from 'zod'

/** The processors'. */
export const mockCallsConfig = { PAYMENT_PROVIDER_URL: z.url({ protocol: /^https?$/ }).optional() } as const

/** The command API's: what the provider signs its webhooks with. */
export const mockWebhooksConfig = { PAYMENT_WEBHOOK_SECRET: z.string().min(16).optional() } as const
