import { z } from 'zod'
import { rebuildConfig } from '../infrastructure/projections/config.ts'
import { commonConfig, port } from '../infrastructure/lifecycle/config.ts'

export const projectionsConfig = z.object({
  ...commonConfig,
  ...rebuildConfig,
  EVENTSTORE_URL: z.string().min(1),
  DATABASE_URL: z.string().min(1),
  /** Health and metrics. */
  PROJECTIONS_PORT: port(3004),
})
