import { z } from 'zod'
import { eventStoreUrl } from '../infrastructure/event-store/event-store-url.ts'
import { databaseUrl } from '../infrastructure/postgres/database-url.ts'
import { rebuildConfig } from '../infrastructure/projections/config.ts'
import { commonConfig, port } from '../infrastructure/lifecycle/config.ts'
import { tracingConfig } from '../infrastructure/observability/tracing/config.ts'
import { servingConfig } from '../infrastructure/lifecycle/serve.ts'

export const projectionsConfig = z.object({
  ...commonConfig,
  ...servingConfig,
  ...tracingConfig,
  ...rebuildConfig,
  EVENTSTORE_URL: eventStoreUrl,
  DATABASE_URL: databaseUrl,
  /** Health and metrics, unless MANAGEMENT_PORT says where. */
  PROJECTIONS_PORT: port(3004),
})
