import { z } from 'zod'
import { connectEventStore } from '../../event-store/adapter.ts'
import { eventStoreUrl } from '../../event-store/event-store-url.ts'
import type { EventStore } from '../../event-store/port.ts'
import { commonConfig, readConfig } from '../../lifecycle/config.ts'
import { silentLogger } from '../../observability/logger.ts'
import { databaseUrl } from '../../postgres/database-url.ts'
import { openPool, type Pool } from '../../postgres/pool.ts'
import type { ReplaceDependencies } from './replace-dependencies.ts'

const toolConfig = z.object({ ...commonConfig, EVENTSTORE_URL: eventStoreUrl, DATABASE_URL: databaseUrl })

/** @throws ConfigError */
export const toolStores = (environment: NodeJS.ProcessEnv) => readConfig(toolConfig, environment)
export type ToolStores = ReturnType<typeof toolStores>

export const withPool = async <Result>(url: string, work: (pool: Pool) => Promise<Result>): Promise<Result> => {
  const pool = openPool({ url, applicationName: 'projections tool', logger: silentLogger, max: 2 })
  try {
    return await work(pool)
  } finally {
    await pool.end()
  }
}

type Opened = Pick<ReplaceDependencies<never>, 'pool' | 'databaseUrl' | 'logger' | 'signal'> & {
  readonly store: EventStore
}

/** Both stores, and a signal that aborts when the tool is told to end. */
export const withStores = async <Result>(
  { DATABASE_URL: database, EVENTSTORE_URL: url }: ToolStores,
  work: (opened: Opened) => Promise<Result>,
): Promise<Result> => {
  const stopping = new AbortController()
  process.once('SIGINT', () => stopping.abort())
  process.once('SIGTERM', () => stopping.abort())
  const store = await connectEventStore({ url })
  try {
    await store.probe(5_000)
    return await withPool(database, (pool) =>
      work({ store, pool, databaseUrl: database, logger: silentLogger, signal: stopping.signal }),
    )
  } finally {
    await store.dispose()
  }
}
