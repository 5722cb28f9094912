import { isDataRefused } from '../postgres/errors.ts'
import type { Queryable } from '../postgres/pool.ts'
import { failuresAsJson, insertFailures } from './failures.ts'
import type { FoldFailure } from './fold.ts'
import type { Work } from './row-store.ts'
import { deleteByKeys, upsert } from './table.ts'

/** JSON arrays of at most so many characters, or of one row where a row alone is larger. */
const pieces = function* (rows: Iterable<string>, maxLength: number): Generator<string> {
  let piece: string[] = []
  let length = 0
  for (const row of rows) {
    if (piece.length > 0 && length + row.length > maxLength) {
      yield `[${piece.join(',')}]`
      piece = []
      length = 0
    }
    piece.push(row)
    length += row.length
  }
  if (piece.length > 0) yield `[${piece.join(',')}]`
}

const writeDeletes = async (
  client: Queryable,
  { target: { projection, physicalName }, changes }: Work,
): Promise<void> => {
  if (changes.deletes.length > 0) await client.query(deleteByKeys(projection.table, physicalName), [changes.deletes])
}

const writeFailures = async (client: Queryable, { target }: Work, failures: readonly FoldFailure[]): Promise<void> => {
  if (failures.length > 0)
    await client.query(insertFailures('$1', '$2'), [target.physicalName, failuresAsJson(failures)])
}

/** What a batch changes in the tables, statement by statement, in a transaction in which their checkpoints have been moved. */
export const writeInPieces = async (client: Queryable, work: readonly Work[], maxLength: number): Promise<void> => {
  for (const one of work) {
    const {
      projection: { table },
      physicalName,
    } = one.target
    await writeDeletes(client, one)
    for (const rows of pieces(one.rows.values(), maxLength)) await client.query(upsert(table, physicalName), [rows])
    await writeFailures(client, one, one.changes.failures)
  }
}

const writeRowsSingly = async (
  client: Queryable,
  {
    target: {
      projection: { table },
      physicalName,
    },
    rows,
    changes,
  }: Work,
) => {
  const refused: FoldFailure[] = []
  for (const [key, row] of rows) {
    await client.query('savepoint one_row')
    try {
      await client.query(upsert(table, physicalName), [`[${row}]`])
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

/**
 * The same row by row, after the database has refused one of them: finds which, leaves it as it was, and answers it among the
 * failures, by table.
 */
export const writeSingly = async (
  client: Queryable,
  work: readonly Work[],
): Promise<readonly (readonly FoldFailure[])[]> => {
  const failures: (readonly FoldFailure[])[] = []
  for (const one of work) {
    await writeDeletes(client, one)
    const all = [...one.changes.failures, ...(await writeRowsSingly(client, one))]
    await writeFailures(client, one, all)
    failures.push(all)
  }
  return failures
}
