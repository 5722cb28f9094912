import { z } from 'zod'
import { databaseUrl } from '../infrastructure/postgres/database-url.ts'
import { callersConfig } from '../http-api/callers.ts'
import { oneTokenKey } from '../infrastructure/http/authentication.ts'
import { commonConfig, port } from '../infrastructure/lifecycle/config.ts'
import { tracingConfig } from '../infrastructure/observability/tracing/config.ts'
import { servingConfig } from '../infrastructure/lifecycle/serve.ts'

export const readApiConfig = z
  .object({
    ...commonConfig,
    ...servingConfig,
    ...tracingConfig,
    ...callersConfig,
    READ_API_PORT: port(3001),
    DATABASE_URL: databaseUrl,
    /** Connections at once. */
    READ_API_POOL_SIZE: z.coerce.number<string>().int().min(1).default(10),
  })
  .check(oneTokenKey)
