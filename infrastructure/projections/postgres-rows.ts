import { isDataRefused } from '../postgres/errors.ts'
import { inTransaction, type Pool, type Queryable } from '../postgres/pool.ts'
import { queryPrepared } from '../postgres/prepared.ts'
import { CheckpointMoved } from './apply-batch.ts'
import type { Target } from './target.ts'
import { batchStatement, nameOfText, type TableChange } from './batch-statement.ts'
import type { FoldFailure } from './fold.ts'
import { nameOf } from './projection.ts'
import type { RowStore, Work, Written } from './row-store.ts'
import { writeInPieces, writeSingly } from './write-in-pieces.ts'
import { selectByKeys, type RowData } from './table.ts'

export type PostgresRowsOptions = {
  readonly pool: Pool
  /** A row that the database refuses is an error, instead of being set aside. */
  readonly strict: boolean
}

/** What one statement carries, in characters of JSON; a batch with more is written in several, in one transaction. */
const maxStatementLength = 4_000_000

const joined = (rows: Work['rows']): string | undefined =>
  rows.size === 0 ? undefined : `[${[...rows.values()].join(',')}]`

const lengthOf = (work: readonly Work[]): number => {
  let length = 0
  for (const { rows } of work) for (const row of rows.values()) length += row.length
  return length
}

const checkMoved = (moved: boolean | undefined, work: readonly Work[]): void => {
  if (moved === true) return
  throw new CheckpointMoved(
    `the tables are not where they were left: ${work.map(({ target }) => nameOf(target.projection)).join(', ')}`,
  )
}

const failuresOf = (work: readonly Work[]): Written['failures'] => work.map(({ changes }) => changes.failures)

type Answer = { moved: boolean }

const readRows = async (
  { projection: { table }, physicalName }: Target<never>,
  ask: (text: string) => Promise<{ readonly rows: readonly RowData[] }>,
): Promise<ReadonlyMap<string, RowData>> => {
  const { rows } = await ask(selectByKeys(table, physicalName))
  return new Map(rows.map((row) => [String(row[table.key]), row]))
}

const moves = (work: readonly Work[]) => work.map(({ move }) => move)

/** In a transaction that somebody else begins and ends. */
export const rowsInside = (client: Queryable, { strict }: Pick<PostgresRowsOptions, 'strict'>): RowStore => ({
  read: (target, keys) => readRows(target, (text) => client.query<RowData>(text, [keys])),
  async write(work) {
    const { text, values } = batchStatement(moves(work), [])
    const {
      rows: [answer],
    } = await client.query<Answer>(text, values)
    checkMoved(answer?.moved, work)
    await client.query('savepoint whole_batch')
    try {
      await writeInPieces(client, work, maxStatementLength)
      // The next batch of this transaction has one of its own, beside this and not within it.
      await client.query('release savepoint whole_batch')
      return { failures: failuresOf(work), singly: false }
    } catch (error) {
      if (strict || !isDataRefused(error)) throw error
      await client.query('rollback to savepoint whole_batch')
      return { failures: await writeSingly(client, work), singly: true }
    }
  },
})

/** Each batch is a transaction of its own, and but for the largest ones, one statement. */
export const postgresRows = ({ pool, strict }: PostgresRowsOptions): RowStore => {
  const inOneStatement = async (work: readonly Work[]): Promise<Written> => {
    const changes = work.map(({ target, changes: { deletes, failures }, rows }): TableChange => ({
      table: target.projection.table,
      physicalName: target.physicalName,
      upserts: joined(rows),
      deletes,
      failures,
    }))
    const {
      rows: [answer],
    } = await queryPrepared<Answer>(pool, batchStatement(moves(work), changes))
    checkMoved(answer?.moved, work)
    return { failures: failuresOf(work), singly: false }
  }

  /** The compare-and-set comes first: from there on nobody else can be writing these tables. */
  const inTransactionAfterMoving = (
    work: readonly Work[],
    write: (client: Queryable) => Promise<readonly (readonly FoldFailure[])[]>,
  ) =>
    inTransaction(pool, async (client) => {
      const { text, values } = batchStatement(moves(work), [])
      const {
        rows: [answer],
      } = await client.query<Answer>(text, values)
      checkMoved(answer?.moved, work)
      return write(client)
    })

  const asAWhole = async (work: readonly Work[]): Promise<Written> => {
    if (lengthOf(work) <= maxStatementLength) return inOneStatement(work)
    await inTransactionAfterMoving(work, async (client) => {
      await writeInPieces(client, work, maxStatementLength)
      return []
    })
    return { failures: failuresOf(work), singly: false }
  }

  return {
    read: (target, keys) =>
      readRows(target, (text) => queryPrepared<RowData>(pool, { name: nameOfText(text), text, values: [keys] })),
    async write(work) {
      try {
        return await asAWhole(work)
      } catch (error) {
        if (strict || !isDataRefused(error)) throw error
        return { failures: await inTransactionAfterMoving(work, (client) => writeSingly(client, work)), singly: true }
      }
    },
  }
}
