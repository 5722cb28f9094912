import { inTransaction, type Pool, type Queryable } from '../postgres/pool.ts'
import type { Target } from './target.ts'
import {
  insertCheckpoint,
  readable,
  readCheckpoints,
  storedAs,
  type Checkpoint,
  type StoredCheckpoint,
} from './checkpoints.ts'
import { nameOf, type AnyProjection } from './projection.ts'
import { createStatements, type AnyTable } from './table.ts'

/** Held by whoever replaces the table; programs of the release before hold it under this name, too. */
export const replacementLock = (name: string): string => `rebuild of ${name}`

/** With all that is known of it; nothing where there is none. */
export const dropTable = async (client: Queryable, physicalName: string): Promise<void> => {
  await client.query(`drop table if exists "${physicalName}"`)
  await client.query('delete from projection_checkpoints where name = $1', [physicalName])
  await client.query('delete from projection_failures where name = $1', [physicalName])
}

/** With its checkpoint, and the rows of it that are set aside. Under the new name there is nothing. */
export const renameTable = async (client: Queryable, from: string, to: string): Promise<void> => {
  await client.query(`alter table "${from}" rename to "${to}"`)
  await client.query('update projection_checkpoints set name = $2 where name = $1', [from, to])
  await client.query('update projection_failures set name = $2 where name = $1', [from, to])
}

/** Drops what is left under the name and makes the table, empty, with its checkpoint at the beginning of the log. */
export const createTable = async (
  client: Queryable,
  table: AnyTable,
  {
    physicalName,
    version,
    generation,
  }: { readonly physicalName: string; readonly version: number; readonly generation: number },
): Promise<Checkpoint> => {
  await dropTable(client, physicalName)
  for (const statement of createStatements(table, physicalName, generation)) await client.query(statement)
  const checkpoint = { name: physicalName, version, generation }
  await insertCheckpoint(client, checkpoint)
  return { ...checkpoint, position: undefined }
}

export const targetOf = <Event>(
  projection: AnyProjection<Event>,
  checkpoint: Checkpoint,
  setAside: Iterable<string> = [],
): Target<Event> => ({
  projection,
  physicalName: checkpoint.name,
  checkpoint,
  caughtUp: false,
  caughtUpAt: undefined,
  lastEventAt: undefined,
  setAside: new Set(setAside),
})

/** The keys of the rows that are set aside, by table. */
export const setAsideRows = async (
  database: Queryable,
  names: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> => {
  const { rows } = await database.query<{ name: string; keys: string[] }>(
    'select name, array_agg(key) as keys from projection_failures where name = any($1::text[]) group by name',
    [names],
  )
  return new Map(rows.map(({ name, keys }) => [name, keys]))
}

export type OpenTables<Event> = {
  /** Tables of the version that the code knows, to be kept up to date. */
  readonly current: readonly Target<Event>[]
  /** The code is newer than the table: to be built anew beside it. */
  readonly outdated: readonly AnyProjection<Event>[]
  /** The table is newer than the code: an older program, which keeps its hands off. */
  readonly ahead: readonly AnyProjection<Event>[]
  /** Nobody can say how far the table is. */
  readonly unreadable: readonly { readonly projection: AnyProjection<Event>; readonly checkpoint: StoredCheckpoint }[]
}

/** Where every table stands, as the database has it now. Tables that are missing are made. For the leader alone. */
export const openTables = async <Event>(
  pool: Pool,
  projections: readonly AnyProjection<Event>[],
): Promise<OpenTables<Event>> => {
  const names = projections.map(nameOf)
  const checkpoints = new Map(await readCheckpoints(pool, names))
  for (const { table, version } of projections) {
    if (checkpoints.has(table.name)) continue
    const made = await inTransaction(pool, (client) =>
      createTable(client, table, { physicalName: table.name, version, generation: 1 }),
    )
    checkpoints.set(table.name, storedAs(made))
  }
  const setAside = await setAsideRows(pool, names)
  const current: Target<Event>[] = []
  const outdated: AnyProjection<Event>[] = []
  const ahead: AnyProjection<Event>[] = []
  const unreadable: { projection: AnyProjection<Event>; checkpoint: StoredCheckpoint }[] = []
  for (const projection of projections) {
    const stored = checkpoints.get(nameOf(projection))
    if (stored === undefined || stored.version < projection.version) {
      outdated.push(projection)
      continue
    }
    if (stored.version > projection.version) {
      ahead.push(projection)
      continue
    }
    const checkpoint = readable(stored)
    if (checkpoint === undefined) unreadable.push({ projection, checkpoint: stored })
    else current.push(targetOf(projection, checkpoint, setAside.get(checkpoint.name)))
  }
  return { current, outdated, ahead, unreadable }
}
