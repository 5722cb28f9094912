import pg from 'pg'
import type { Logger } from '../observability/logger.ts'
import { lockNumber } from '../postgres/leadership.ts'
import type { Queryable } from '../postgres/pool.ts'
import { pause } from '../time/waiting.ts'
import { indexesToMake, type AnyTable, type IndexToMake } from './table.ts'
import { replacementLock } from './tables.ts'

export type Indexed = { readonly table: AnyTable; readonly generation: number }

export type IndexingOptions = {
  /** Asked whether anything is missing at all. */
  readonly pool: Queryable
  readonly databaseUrl: string
  readonly logger: Logger
  readonly signal: AbortSignal
  /** How long to wait while the table is being replaced, in milliseconds. */
  readonly retryEveryMs?: number
}

type Found = { readonly name: string; readonly valid: boolean }

const foundOn = async (database: Queryable, { name }: AnyTable): Promise<readonly Found[]> =>
  (
    await database.query<Found>(
      `select i.relname as name, x.indisvalid as valid from pg_index x join pg_class i on i.oid = x.indexrelid
       where x.indrelid = to_regclass(quote_ident($1))`,
      [name],
    )
  ).rows

/** Whether it bears this name, of whichever generation: made with the table (`g`), or added to it later (`a`). */
const isOne = ({ name: table }: AnyTable, { suffix }: IndexToMake, name: string): boolean =>
  name.startsWith(`${table}_`) && name.slice(table.length).replace(/^_[ga]\d+_/, '') === suffix

const missing = (table: AnyTable, there: readonly Found[]): readonly IndexToMake[] =>
  indexesToMake(table).filter((index) => !there.some(({ name, valid }) => valid && isOne(table, index, name)))

/** Reads and writes go on meanwhile. What was begun and not finished is done anew. */
const make = async (
  database: Queryable,
  { table, generation }: Indexed,
  { logger, signal, retryEveryMs = 10_000 }: IndexingOptions,
): Promise<void> => {
  if (missing(table, await foundOn(database, table)).length === 0) return
  // The table must not be replaced under our hands; whoever replaces it makes all indexes of the new one.
  const lock = [replacementLock(table.name)]
  while (
    !(await database.query<{ got: boolean }>(`select pg_try_advisory_lock(${lockNumber}) as got`, lock)).rows[0]?.got
  ) {
    await pause(retryEveryMs, signal)
    if (signal.aborted) return
  }
  const there = await foundOn(database, table)
  for (const index of missing(table, there)) {
    const unfinished = there.find(({ name }) => isOne(table, index, name))
    if (unfinished !== undefined) await database.query(`drop index concurrently "${unfinished.name}"`)
    const name = `${table.name}_a${generation}_${index.suffix}`
    await database.query(index.statement(name, table.name, 'concurrently'))
    logger.info('an index was added to a read table', { projection: table.name, index: name })
  }
  await database.query(`select pg_advisory_unlock(${lockNumber})`, lock)
}

/**
 * Makes the indexes that the tables' definitions have and the tables lack, as those of a release before do, or one that was put back: an
 * index is no new version, and nothing stands still for it. On a connection of its own, without a limit of time. Never rejects: without
 * an index everything is as right as with it.
 */
export const makeMissingIndexes = async (tables: readonly Indexed[], options: IndexingOptions): Promise<void> => {
  const { pool, databaseUrl, logger, signal } = options
  try {
    const found = await Promise.all(tables.map(async ({ table }) => missing(table, await foundOn(pool, table))))
    if (found.every(({ length }) => length === 0)) return
  } catch (error) {
    if (!signal.aborted) logger.warn('whether a read table lacks an index is not known', { error })
    return
  }
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'indexes', keepAlive: true })
  // It is cut off when this instance leads no more.
  client.on('error', () => undefined)
  const cutOff = () => void client.end().catch(() => undefined)
  try {
    await client.connect()
    signal.addEventListener('abort', cutOff, { once: true })
    for (const table of tables) if (!signal.aborted) await make(client, table, options)
  } catch (error) {
    if (!signal.aborted) logger.error('an index could not be added to a read table', { error })
  } finally {
    signal.removeEventListener('abort', cutOff)
    await client.end().catch(() => undefined)
  }
}
