import { z } from 'zod'
import { databaseUrl } from '../infrastructure/postgres/database-url.ts'
import { commonConfig } from '../infrastructure/lifecycle/config.ts'

export const migrationsConfig = z.object({
  ...commonConfig,
  DATABASE_URL: databaseUrl,
  /** Seconds to wait for a database that is still starting. */
  MIGRATIONS_WAIT_SECONDS: z.coerce.number<string>().positive().default(30),
})
