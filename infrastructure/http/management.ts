import express, { Router, type ErrorRequestHandler, type Express } from 'express'
import swaggerUi from 'swagger-ui-express'
import type { Logger } from '../observability/logger.ts'
import type { Registry } from '../observability/metrics.ts'
import { healthRouter, type ReadinessCheck, type ReadinessDetails } from './health.ts'
import { securityHeaders } from './security-headers.ts'

export type ManagementOptions = {
  readonly readiness: readonly ReadinessCheck[]
  readonly readinessDetails?: ReadinessDetails | undefined
  readonly registry: Registry
  /** The OpenAPI document. */
  readonly description: unknown
}

/** Beside `/docs`. */
export const managementPaths: readonly string[] = ['/health/live', '/health/ready', '/metrics', '/openapi.json']

/** What every process answers by itself, to those who run it: health, metrics, and the description of its routes. */
export const managementRouter = (options: ManagementOptions): Router => {
  const { readiness, readinessDetails, registry, description } = options
  const router = Router()
  router.use(healthRouter(readiness, readinessDetails))
  router.get('/metrics', async (_request, response) => {
    response.type(registry.contentType).send(await registry.metrics())
  })
  router.get('/openapi.json', (_request, response) => {
    response.json(description)
  })
  router.use('/docs', swaggerUi.serve, swaggerUi.setup(undefined, { swaggerOptions: { url: '/openapi.json' } }))
  return router
}

/** A server for that alone, which the public does not reach. */
export type Management = {
  readonly app: Express
  /** What it answers as soon as it is known; until then the process is alive, and not ready. */
  answerBy(router: Router): void
}

const starting = (): Router => healthRouter([{ name: 'process', check: () => 'starting' }])

export const createManagement = (logger: Logger): Management => {
  let current = starting()
  // Four parameters: that is how Express knows an error handler.
  const onError: ErrorRequestHandler = (error: unknown, request, response, _next) => {
    logger.error('a question of who runs this process could not be answered', { path: request.path, error })
    if (response.headersSent) response.destroy()
    else response.status(500).json({ status: 'internal error' })
  }
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.use(securityHeaders())
  app.use((request, response, next) => {
    current(request, response, next)
  })
  app.use((_request, response) => {
    response.status(404).json({ status: 'not found' })
  })
  app.use(onError)
  return {
    app,
    answerBy(router) {
      current = router
    },
  }
}
