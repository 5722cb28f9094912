import { z } from 'zod'
import { authenticationConfig, oneTokenKey } from '../infrastructure/http/authentication.ts'
import { rateLimitConfig } from '../infrastructure/http/rate-limit.ts'
import { commonConfig, port } from '../infrastructure/lifecycle/config.ts'
import { servingConfig } from '../infrastructure/lifecycle/serve.ts'

export const readApiConfig = z
  .object({
    ...commonConfig,
    ...servingConfig,
    ...authenticationConfig,
    ...rateLimitConfig,
    READ_API_PORT: port(3001),
    DATABASE_URL: z.string().min(1),
    /** Connections at once. */
    READ_API_POOL_SIZE: z.coerce.number<string>().int().min(1).default(10),
  })
  .check(oneTokenKey)
