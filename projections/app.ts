import type { Express } from 'express'
import { buildApi } from '../http-api/app.ts'
import type { Callers } from '../http-api/callers.ts'
import type { ReadinessCheck } from '../infrastructure/http/health.ts'
import type { Management } from '../infrastructure/http/management.ts'
import { createRateLimit, usualRateLimit } from '../infrastructure/http/rate-limit.ts'
import type { Logger } from '../infrastructure/observability/logger.ts'
import type { Registry } from '../infrastructure/observability/metrics.ts'
import { projectionMetrics } from '../infrastructure/projections/metrics.ts'
import type { Rebuilds } from '../infrastructure/projections/rebuilds.ts'
import type { Rollbacks } from '../infrastructure/projections/rollbacks.ts'
import { reasonsNotReady, type EngineStatus } from '../infrastructure/projections/status.ts'
import { rebuildRoutes } from './rebuild/routes.ts'
import { rollbackRoutes } from './rollback/routes.ts'

export type ProjectionsAppDependencies = {
  readonly status: () => EngineStatus
  /** Besides that of the tables. */
  readonly readiness?: readonly ReadinessCheck[]
  /** Who may ask for a table to be built anew, or put back; without them there is no route. */
  readonly operators?:
    | { readonly callers: Callers; readonly rebuilds: Rebuilds; readonly rollbacks: Rollbacks }
    | undefined
  readonly management?: Management | undefined
  readonly logger: Logger
  readonly registry: Registry
}

/** Without a route there is nobody to be asked who they are. */
const nobody: Callers = {
  authenticate: () => Promise.reject(new Error('no route here asks who it is')),
  rateLimit: createRateLimit(usualRateLimit),
}

/** Health and metrics, rebuilds and rollbacks; what the tables hold is asked of the read API. */
export const buildProjectionsApp = ({
  status,
  readiness = [],
  operators,
  management,
  logger,
  registry,
}: ProjectionsAppDependencies): Express => {
  projectionMetrics(registry, status)
  return buildApi({
    logger,
    registry,
    management,
    ...(operators?.callers ?? nobody),
    api: {
      title: 'Orders: projections',
      version: '1',
      description:
        'Read tables are built anew here, and put back. What they hold, and how far they are, is asked of the read API.',
    },
    routes:
      operators === undefined
        ? []
        : [...rebuildRoutes(operators.rebuilds, logger), ...rollbackRoutes(operators.rollbacks, logger)],
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
  })
}
