import type { Express } from 'express'
import type { Callers } from '../http-api/callers.ts'
import type { ReadinessCheck, ReadinessDetails } from '../infrastructure/http/health.ts'
import type { Management } from '../infrastructure/http/management.ts'
import { buildApi } from '../http-api/app.ts'
import { createEventStreams } from '../infrastructure/http/event-stream.ts'
import type { Logger } from '../infrastructure/observability/logger.ts'
import type { Registry } from '../infrastructure/observability/metrics.ts'
import { ordersTable } from '../projections/orders/table.ts'
import { productsTable } from '../projections/catalogue/table.ts'
import { stockTable } from '../projections/inventory/table.ts'
import { salesTable } from '../projections/sales/table.ts'
import { timelineTable } from '../projections/timeline/table.ts'
import type { Database } from './database.ts'
import { createFreshness, type FreshnessOptions } from './freshness.ts'
import { createChanges, type ChangesOptions } from './live/changes.ts'
import { orderRoutes } from './orders/routes.ts'
import { productRoutes } from './catalogue/routes.ts'
import { projectionRoutes } from './projections/routes.ts'
import { reportRoutes } from './reports/routes.ts'
import { stockRoutes } from './inventory/routes.ts'

export type ReadApiDependencies = Callers & {
  readonly database: Database
  readonly readiness: readonly ReadinessCheck[]
  readonly readinessDetails?: ReadinessDetails
  readonly management?: Management | undefined
  readonly logger: Logger
  readonly registry: Registry
  readonly freshness?: FreshnessOptions
  /** The process is told to end: who listens is told so. */
  readonly leaving?: AbortSignal
  readonly changes?: Omit<ChangesOptions, 'database' | 'failed'>
  readonly checkAnswers?: boolean
}

const tables = [ordersTable, timelineTable, salesTable, stockTable, productsTable].map(({ name }) => name)

/** Why nobody can be served yet: the tables that the projections have not made. Undefined when all are there. */
export const missingTables = async (database: Database): Promise<string | undefined> => {
  const { rows } = await database.query<{ name: string }>(
    'select name from projection_checkpoints where name = any($1::text[])',
    [tables],
  )
  const missing = tables.filter((table) => !rows.some(({ name }) => name === table))
  return missing.length === 0 ? undefined : `not there yet: ${missing.join(', ')}`
}

export const buildReadApi = ({ database, freshness, leaving, changes, ...http }: ReadApiDependencies): Express => {
  const { logger } = http
  const failed = (error: unknown) => logger.error('what changes could not be looked up', { error })
  const live = { feed: createChanges({ database, failed, ...changes }), eventStreams: createEventStreams({ leaving }) }
  const reading = { database, freshness: createFreshness(database, freshness) }
  return buildApi({
    ...http,
    api: {
      title: 'Orders: queries',
      version: '1',
      description: 'What has become of orders, products and stock, and what was sold. Nothing is changed here.',
    },
    routes: [
      ...orderRoutes(reading, live),
      ...productRoutes(reading),
      ...stockRoutes(reading),
      ...reportRoutes(reading),
      ...projectionRoutes(reading, tables),
    ],
  })
}
