import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import knex, { type Knex } from 'knex'
import type { Client } from 'pg'
import { pause } from '../time/waiting.ts'
import { databaseTrustFault } from './database-trust.ts'
import { isDatabaseAway } from './errors.ts'
import { awaitLeadership } from './leadership.ts'

/** One step forward. There is no way back: what was wrong is put right by the next step. All that are run together are one transaction. */
export type Migration = { readonly up: (knex: Knex) => Promise<void> }

const migrationFile = /^\d{4}-[a-z0-9-]+\.ts$/

/** The steps that lie in the folder, in the order of their numbers. */
export const migrationNames = async (folder: string): Promise<readonly string[]> =>
  (await readdir(folder))
    .filter((file) => migrationFile.test(file))
    .sort()
    .map((file) => file.replace(/\.ts$/, ''))

const sourceOf = (folder: string): Knex.MigrationSource<string> => ({
  getMigrations: async () => (await readdir(folder)).filter((file) => migrationFile.test(file)).sort(),
  getMigrationName: (file) => file.replace(/\.ts$/, ''),
  async getMigration(file) {
    const { up } = (await import(pathToFileURL(join(folder, file)).href)) as Migration
    return { up, down: () => Promise.reject(new Error('migrations only go forward')) }
  },
})

/**
 * Again and again while the database is away, and until the signal aborts: what was cut off in the middle of a step has left nothing of
 * it.
 */
const whenReachable = async <Result>(attempt: () => Promise<Result>, signal: AbortSignal): Promise<Result> => {
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      if (!isDatabaseAway(error) || databaseTrustFault(error) !== undefined) throw error
      await pause(250, signal)
      if (signal.aborted) throw error
    }
  }
}

type Migrating = {
  readonly url: string
  /** Where the numbered files lie: `0001-name.ts`. */
  readonly folder: string
  /** How long a connection may take to be made, in milliseconds. */
  readonly connectTimeoutMs?: number
  /** How often the connection that holds the lock is asked whether it still lives, and how long that may take, in milliseconds. */
  readonly probeMs?: number
}

export type MigrateOptions = Migrating & {
  /** How long to wait for a database that is not there yet, and for another migrator to finish. */
  readonly waitLimitMs: number
}

type RunOptions = { readonly url: string; readonly folder: string; readonly connectTimeoutMs: number }

/** `lost`: the lock is. A step under way is cut off then: how long one may take nobody knows, and another migrator may begin. */
const runAll = async ({ url, folder, connectTimeoutMs }: RunOptions, lost: AbortSignal): Promise<readonly string[]> => {
  const connections = new Set<Client>()
  // A query that is under way makes `end` cut the connection, so that the step fails as for any database that is away.
  const cutOff = () => Promise.all([...connections].map((connection) => connection.end().catch(() => undefined)))
  lost.addEventListener('abort', () => void cutOff())
  const database = knex({
    client: 'pg',
    connection: {
      connectionString: url,
      application_name: 'migrations',
      connectionTimeoutMillis: connectTimeoutMs,
      keepAlive: true,
    },
    pool: {
      min: 0,
      max: 2,
      afterCreate: (connection: Client, done: (error: unknown, connection: Client) => void) => {
        connections.add(connection)
        done(undefined, connection)
      },
    },
    // It would write to the console what it throws anyhow.
    log: { warn: () => undefined, error: () => undefined },
  })
  try {
    const settings: Knex.MigratorConfig = { migrationSource: sourceOf(folder), tableName: 'migrations' }
    // knex marks a running migration in a table, where the mark of a killed one stays for ever. The advisory lock is the one that counts.
    await database.migrate.forceFreeMigrationsLock(settings)
    const [, names] = (await database.migrate.latest(settings)) as [number, string[]]
    return names
  } finally {
    await database.destroy()
  }
}

/** As `migrate`, which waits until the signal aborts. */
export const migrateUntil = (
  signal: AbortSignal,
  { url, folder, connectTimeoutMs = 2_000, probeMs = 5_000 }: Migrating,
) => {
  const probing = { probeEveryMs: probeMs, queryTimeoutMs: probeMs }
  return whenReachable(async () => {
    const lock = await awaitLeadership({ url, name: 'migrations', signal, connectTimeoutMs, ...probing })
    if (lock === undefined) throw new Error('another migration of this database does not come to an end')
    try {
      return await runAll({ url, folder, connectTimeoutMs }, lock.signal)
    } finally {
      await lock.release()
    }
  }, signal)
}

/**
 * Brings the database up to the newest migration and answers the names of those it has run, after the last time that the database was
 * away. Two at once are fine: an advisory lock lets one after the other.
 */
export const migrate = ({ waitLimitMs, ...migrating }: MigrateOptions) =>
  migrateUntil(AbortSignal.timeout(waitLimitMs), migrating)
