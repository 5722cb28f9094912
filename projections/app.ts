import express, { type Express } from 'express'
import { healthRouter } from '../infrastructure/http/health.ts'
import type { Registry } from '../infrastructure/observability/metrics.ts'
import { projectionMetrics } from '../infrastructure/projections/metrics.ts'
import { reasonsNotReady, type EngineStatus } from '../infrastructure/projections/status.ts'

/** Health and metrics; what the tables hold is asked of the read API. */
export const buildProjectionsApp = (status: () => EngineStatus, registry: Registry): Express => {
  projectionMetrics(registry, status)
  const app = express()
  app.disable('x-powered-by')
  app.use(healthRouter([{
    name: 'read tables',
    check: () => {
      const reasons = reasonsNotReady(status())
      return reasons.length === 0 ? undefined : reasons.join('; ')
    },
  }]))
  app.get('/metrics', async (_request, response) => { response.type(registry.contentType).send(await registry.metrics()) })
  return app
}
