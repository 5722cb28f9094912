import { z } from 'zod'
import { authenticationConfig, oneTokenKey } from '../infrastructure/http/authentication.ts'
import { rateLimitConfig } from '../infrastructure/http/rate-limit.ts'
import { commonConfig, port } from '../infrastructure/lifecycle/config.ts'

export const commandApiConfig = z.object({
  ...commonConfig,
  ...authenticationConfig,
  ...rateLimitConfig,
  COMMAND_API_PORT: port(3000),
  EVENTSTORE_URL: z.string().min(1),
  /** Where clients find the read API: new orders are pointed to there. */
  READ_API_URL: z.url({ protocol: /^https?$/ }),
  /** What the payment provider signs its webhooks with. */
  PAYMENT_WEBHOOK_SECRET: z.string().min(16),
}).check(oneTokenKey)
