import { z } from 'zod'
import { commonConfig } from '../infrastructure/lifecycle/config.ts'

export const migrationsConfig = z.object({
  ...commonConfig,
  DATABASE_URL: z.string().min(1),
  /** Seconds to wait for a database that is still starting. */
  MIGRATIONS_WAIT_SECONDS: z.coerce.number<string>().positive().default(30),
})
