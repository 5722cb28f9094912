import { positionToText } from '../event-store/position.ts'
import { isDataRefused } from '../postgres/errors.ts'
import type { Queryable } from '../postgres/pool.ts'
import type { Changes, FoldFailure } from './fold.ts'
import type { RowData } from './projection.ts'
import { storableJson, storableText } from './storable.ts'
import { deleteByKeys, upsert, type AnyTable } from './table.ts'

/** Rows go to the database in statements of at most this many characters of JSON, or one row where a row alone is larger. */
const maxStatementLength = 4_000_000

const statements = function* (rows: Iterable<RowData>): Generator<string> {
  let part: string[] = []
  let length = 0
  for (const row of rows) {
    const json = storableJson(row)
    if (part.length > 0 && length + json.length > maxStatementLength) {
      yield `[${part.join(',')}]`
      part = []
      length = 0
    }
    part.push(json)
    length += json.length
  }
  if (part.length > 0) yield `[${part.join(',')}]`
}

export const writeRows = async (client: Queryable, table: AnyTable, physicalName: string, changes: Changes): Promise<void> => {
  if (changes.deletes.length > 0) await client.query(deleteByKeys(table, physicalName), [changes.deletes])
  for (const json of statements(changes.upserts.values())) await client.query(upsert(table, physicalName), [json])
}

/**
 * The same row by row, after the database has refused one of them: finds which, leaves it as it was, and answers it as a failure.
 * In a transaction.
 */
export const writeRowsSingly = async (
  client: Queryable,
  table: AnyTable,
  physicalName: string,
  changes: Changes,
): Promise<readonly FoldFailure[]> => {
  const refused: FoldFailure[] = []
  if (changes.deletes.length > 0) await client.query(deleteByKeys(table, physicalName), [changes.deletes])
  for (const [key, row] of changes.upserts) {
    await client.query('savepoint one_row')
    try {
      await client.query(upsert(table, physicalName), [`[${storableJson(row)}]`])
      await client.query('release savepoint one_row')
    } catch (error) {
      const stored = changes.causes.get(key)
      if (!isDataRefused(error) || stored === undefined) throw error
      await client.query('rollback to savepoint one_row')
      refused.push({ key, stored, error })
    }
  }
  return refused
}

/** Marks rows as set aside. What is marked already stays as it is: the first event is the one to look at. */
export const writeFailures = async (client: Queryable, name: string, failures: readonly FoldFailure[]): Promise<void> => {
  if (failures.length === 0) return
  const rows = failures.map(({ key, stored, error }) => ({
    key,
    position: positionToText(stored.position),
    stream: stored.stream,
    event_id: stored.id,
    event_type: stored.type,
    error: (error instanceof Error ? error.message : String(error)).slice(0, 2_000),
  }))
  await client.query(
    `insert into projection_failures (name, key, position, stream, event_id, event_type, error)
     select $1, key, position, stream, event_id, event_type, error from jsonb_to_recordset($2::jsonb)
       as f(key text, position text, stream text, event_id text, event_type text, error text)
     on conflict (name, key) do nothing`,
    [name, storableJson(rows)])
}

/** The names under which the rows are set aside. */
export const setAsideKeys = (failures: readonly FoldFailure[]): readonly string[] => failures.map(({ key }) => storableText(key))
