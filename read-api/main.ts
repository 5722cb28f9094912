import { callersBy } from '../http-api/callers.ts'
import { notLeaving } from '../infrastructure/http/health.ts'
import { startHeartbeat } from '../infrastructure/http/heartbeat.ts'
import { readConfig } from '../infrastructure/lifecycle/config.ts'
import { run } from '../infrastructure/lifecycle/run.ts'
import { serve, startManagement } from '../infrastructure/lifecycle/serve.ts'
import { measuredPool } from '../infrastructure/observability/measured-pool.ts'
import { createRegistry } from '../infrastructure/observability/metrics.ts'
import { openPool } from '../infrastructure/postgres/pool.ts'
import { buildReadApi, missingTables } from './app.ts'
import { readApiConfig } from './config.ts'
import { databaseOn } from './database.ts'

await run('read-api', { env: process.env }, async (started) => {
  const config = readConfig(readApiConfig, process.env)
  const { logger } = started
  const management = await startManagement(started, config)
  const registry = createRegistry({ service: 'read-api', processMetrics: true })

  const pool = await started.with(
    openPool({
      url: config.DATABASE_URL,
      applicationName: 'read-api',
      logger,
      max: config.READ_API_POOL_SIZE,
      statementTimeoutMs: 1_500,
      connectTimeoutMs: 1_200,
    }),
  )

  const database = databaseOn({ pool: measuredPool(pool, registry) })
  const tables = await started.with(startHeartbeat({ name: 'read tables', ask: () => missingTables(database) }))

  const app = buildReadApi({
    database,
    readiness: [notLeaving(started.leaving), tables.check],
    readinessDetails: () => ({ 'read tables': tables.age() }),
    management,
    leaving: started.leaving,
    ...callersBy(config, (message, error) => logger.warn(message, { error })),
    logger,
    registry,
  })

  await serve(started, config, { app, variable: 'READ_API_PORT', port: config.READ_API_PORT })
})
