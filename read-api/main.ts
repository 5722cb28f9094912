import { callersBy } from '../http-api/callers.ts'
import { listen } from '../infrastructure/http/listen.ts'
import { readConfig } from '../infrastructure/lifecycle/config.ts'
import { run } from '../infrastructure/lifecycle/run.ts'
import { measuredPool } from '../infrastructure/observability/measured-pool.ts'
import { createRegistry } from '../infrastructure/observability/metrics.ts'
import { openPool } from '../infrastructure/postgres/pool.ts'
import { buildReadApi } from './app.ts'
import { readApiConfig } from './config.ts'
import { databaseOn } from './database.ts'

await run('read-api', { env: process.env }, async (started) => {
  const config = readConfig(readApiConfig, process.env)
  const { logger } = started
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

  const app = buildReadApi({
    database: databaseOn({ pool: measuredPool(pool, registry) }),
    ...callersBy(config, (message, error) => logger.warn(message, { error })),
    logger,
    registry,
  })

  const { url } = await started.with(listen(app, { host: config.HOST, port: config.READ_API_PORT }))
  logger.info('serving', { url })
})
