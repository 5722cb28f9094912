// Brings the database up to date and ends: 0 done, 1 not.
import { ConfigError, readConfig } from '../infrastructure/lifecycle/config.ts'
import { createLogger } from '../infrastructure/observability/logger.ts'
import { DatabaseNotTrusted, refuseUntrustedDatabase } from '../infrastructure/postgres/database-trust.ts'
import { isDatabaseAway } from '../infrastructure/postgres/errors.ts'
import { migrate } from '../infrastructure/postgres/migrations.ts'
import { migrationsConfig } from './config.ts'

const logger = createLogger({
  service: 'migrations',
  level: process.env['LOG_LEVEL'],
  format: process.env['LOG_FORMAT'],
})

try {
  const config = readConfig(migrationsConfig, process.env)
  await refuseUntrustedDatabase(config.DATABASE_URL)
  const names = await migrate({
    url: config.DATABASE_URL,
    folder: import.meta.dirname,
    waitLimitMs: config.MIGRATIONS_WAIT_SECONDS * 1_000,
  })
  logger.info(names.length === 0 ? 'the database is up to date' : 'the database was brought up to date', {
    migrations: names,
  })
} catch (error) {
  if (error instanceof ConfigError || error instanceof DatabaseNotTrusted) logger.error(error.message)
  else if (isDatabaseAway(error))
    logger.error('the database did not come within MIGRATIONS_WAIT_SECONDS, or went away again', { error })
  else logger.error('the migrations failed', { error })
  process.exitCode = 1
}
