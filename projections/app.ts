import type { Express } from 'express'
import { buildApi } from '../http-api/app.ts'
import type { ReadinessCheck } from '../infrastructure/http/health.ts'
import { createRateLimit, usualRateLimit } from '../infrastructure/http/rate-limit.ts'
import type { Logger } from '../infrastructure/observability/logger.ts'
import type { Registry } from '../infrastructure/observability/metrics.ts'
import { projectionMetrics } from '../infrastructure/projections/metrics.ts'
import { reasonsNotReady, type EngineStatus } from '../infrastructure/projections/status.ts'

export type ProjectionsAppDependencies = {
  readonly status: () => EngineStatus
  /** Besides that of the tables. */
  readonly readiness?: readonly ReadinessCheck[]
  readonly logger: Logger
  readonly registry: Registry
}

/** Health and metrics; what the tables hold is asked of the read API. */
export const buildProjectionsApp = ({
  status,
  readiness = [],
  logger,
  registry,
}: ProjectionsAppDependencies): Express => {
  projectionMetrics(registry, status)
  return buildApi({
    logger,
    registry,
    api: {
      title: 'Orders: projections',
      version: '1',
      description: 'Health and metrics alone. How far the read tables are is asked of the read API.',
    },
    routes: [],
    readiness: [
      ...readiness,
      {
        name: 'read tables',
        check: () => {
          const reasons = reasonsNotReady(status())
          return reasons.length === 0 ? undefined : reasons.join('; ')
        },
      },
    ],
    // Without a route there is nobody to be asked who they are.
    authenticate: () => Promise.reject(new Error('no route here asks who it is')),
    rateLimit: createRateLimit(usualRateLimit),
  })
}
