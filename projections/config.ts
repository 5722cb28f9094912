import { z } from 'zod'
import { rebuildConfig } from '../infrastructure/projections/config.ts'
import { commonConfig, port } from '../infrastructure/lifecycle/config.ts'
import { tracingConfig } from '../infrastructure/observability/tracing/config.ts'
import { servingConfig } from '../infrastructure/lifecycle/serve.ts'

export const projectionsConfig = z.object({
  ...commonConfig,
  ...servingConfig,
  ...tracingConfig,
  ...rebuildConfig,
  EVENTSTORE_URL: z.string().min(1),
  DATABASE_URL: z.string().min(1),
  /** Health and metrics, unless MANAGEMENT_PORT says where. */
  PROJECTIONS_PORT: port(3004),
})
