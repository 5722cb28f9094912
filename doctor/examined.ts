import { z } from 'zod'
import { connectEventStore } from '../infrastructure/event-store/adapter.ts'
import { eventStoreUrl } from '../infrastructure/event-store/event-store-url.ts'
import { StoreNotTrusted, type EventStore } from '../infrastructure/event-store/port.ts'
import { ConfigError, readConfig } from '../infrastructure/lifecycle/config.ts'
import { silentLogger } from '../infrastructure/observability/logger.ts'
import { databaseTrustFault } from '../infrastructure/postgres/database-trust.ts'
import { databaseUrl } from '../infrastructure/postgres/database-url.ts'
import { openPool, type Pool } from '../infrastructure/postgres/pool.ts'
import type { ProcessName } from './processes.ts'

/** A store that answers, or why there is none to be asked. */
export type Opened<Store> = { readonly url: string; readonly store: Store } | { readonly fault: string }

/** What is examined. Nothing of it is changed. */
export type Examined = {
  readonly environment: NodeJS.ProcessEnv
  /** Whose configuration is in the environment. */
  readonly processes: readonly ProcessName[]
  readonly eventStore: Opened<EventStore>
  readonly database: Opened<Pool>
  close(): Promise<void>
}

const messageOf = (error: unknown): string =>
  error instanceof Error && error.message !== '' ? error.message : String((error as { code?: unknown }).code ?? error)

const faultOf = (error: unknown): string =>
  error instanceof ConfigError || error instanceof StoreNotTrusted ? error.message : messageOf(error)

const openEventStore = async (environment: NodeJS.ProcessEnv, limitMs: number): Promise<Opened<EventStore>> => {
  try {
    const { EVENTSTORE_URL: url } = readConfig(z.object({ EVENTSTORE_URL: eventStoreUrl }), environment)
    const store = await connectEventStore({ url, readTimeoutMs: limitMs, patienceMs: limitMs })
    try {
      // What came of its own attempts says more than that there was no answer, and is to come first.
      await store.probe(2 * limitMs)
      return { url, store }
    } catch (error) {
      await store.dispose()
      throw error
    }
  } catch (error) {
    return { fault: faultOf(error) }
  }
}

const openDatabase = async (environment: NodeJS.ProcessEnv, limitMs: number): Promise<Opened<Pool>> => {
  try {
    const { DATABASE_URL: url } = readConfig(z.object({ DATABASE_URL: databaseUrl }), environment)
    const pool = openPool({ url, applicationName: 'doctor', logger: silentLogger, max: 2, connectTimeoutMs: limitMs })
    try {
      await pool.query('select 1')
      return { url, store: pool }
    } catch (error) {
      await pool.end()
      const untrusted = databaseTrustFault(error)
      throw untrusted === undefined ? error : new Error(`DATABASE_URL: ${untrusted}`, { cause: error })
    }
  } catch (error) {
    return { fault: faultOf(error) }
  }
}

/** Asks both stores whether they answer, each for so long. */
export const openExamined = async (
  environment: NodeJS.ProcessEnv,
  processes: readonly ProcessName[],
  limitMs = 5_000,
): Promise<Examined> => {
  const [eventStore, database] = await Promise.all([
    openEventStore(environment, limitMs),
    openDatabase(environment, limitMs),
  ])
  return {
    environment,
    processes,
    eventStore,
    database,
    async close() {
      if ('store' in eventStore) await eventStore.store.dispose()
      if ('store' in database) await database.store.end()
    },
  }
}
