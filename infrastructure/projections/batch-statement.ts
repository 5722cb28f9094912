import { createHash } from 'node:crypto'
import { movesAsJson, wantedMoves, type Move } from './checkpoints.ts'
import { deleteByKeys, upsert, type AnyTable } from './table.ts'
import { failuresAsJson, insertFailures } from './failures.ts'
import type { FoldFailure } from './fold.ts'

/** What a batch does to one table. */
export type TableChange = {
  readonly table: AnyTable
  readonly physicalName: string
  /** A JSON array of whole rows; undefined where there is none. */
  readonly upserts: string | undefined
  readonly deletes: readonly string[]
  readonly failures: readonly FoldFailure[]
}

export type BatchStatement = { readonly name: string; readonly text: string; readonly values: unknown[] }

/** The same name for the same text, in no more characters than PostgreSQL takes. */
export const nameOfText = (text: string): string => createHash('sha256').update(text).digest('base64url')

/**
 * One statement, which is a transaction of its own and one way to the database and back, for all that a batch changes. Compare-and-set
 * of all checkpoints or of none: they are locked where they are as `from` says (in the order of their names, so that two who write at
 * once do not wait for each other crosswise), moved if that was all of them, and only if all have moved does any row change. Whoever
 * else wants to write waits for the lock, and then finds that the checkpoints are not where it thought. Answers one row, `moved`.
 *
 * The text depends on which tables have rows to write and to delete, and on nothing else: a handful of prepared statements.
 */
export const batchStatement = (moves: readonly Move[], changes: readonly TableChange[]): BatchStatement => {
  const values: unknown[] = []
  const parameter = (value: unknown): string => `$${values.push(value)}`
  const steps = [
    `wanted as materialized (${wantedMoves(parameter(movesAsJson(moves)))})`,
    `held as materialized (
       select c.name from projection_checkpoints c join wanted m
         on c.name = m.name and c.version = m.version and c.generation = m.generation and c.position is not distinct from m.position_from collate "C"
       order by c.name for update of c)`,
    `moved as (
       update projection_checkpoints c
       set position = m.position_to, last_event_at = coalesce(m.last_event_at, c.last_event_at), events = c.events + m.events,
           caught_up = m.caught_up, updated_at = now()
       from wanted m where c.name = m.name and (select count(*) from held) = (select count(*) from wanted)
       returning c.name)`,
    'gate as materialized (select (select count(*) from moved) = (select count(*) from wanted) as open)',
  ]
  const open = '(select open from gate)'
  for (const { table, physicalName, upserts, deletes, failures } of changes) {
    const step = (statement: string) => steps.push(`step${steps.length} as (${statement})`)
    if (upserts !== undefined) step(upsert(table, physicalName, parameter(upserts), open))
    if (deletes.length > 0) step(deleteByKeys(table, physicalName, parameter(deletes), open))
    if (failures.length > 0) step(insertFailures(parameter(physicalName), parameter(failuresAsJson(failures)), open))
  }
  const text = `with ${steps.join(',\n')}\nselect ${open} as moved`
  return { name: nameOfText(text), text, values }
}
