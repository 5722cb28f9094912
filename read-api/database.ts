import { setTimeout as wait } from 'node:timers/promises'
import type { QueryResultRow } from 'pg'
import { StoreUnavailable } from '../infrastructure/event-store/port.ts'
import { unavailable } from '../infrastructure/http/problem.ts'
import { isPassingDatabaseFault } from '../infrastructure/postgres/errors.ts'
import type { Queryable } from '../infrastructure/postgres/pool.ts'

/** The read tables, for asking alone. @throws StoreUnavailable; HttpFault 503 `read_model_behind` as long as a table is not there */
export type Database = {
  query<Row extends QueryResultRow>(text: string, values?: unknown[]): Promise<{ readonly rows: Row[] }>
  /** The same for a question of somebody else's making. */
  ask<Result>(question: (database: Queryable) => Promise<Result>): Promise<Result>
}

export type DatabaseOptions = { readonly pool: Queryable; readonly answerLimitMs?: number }

export const readModelBehind = (cause?: unknown) =>
  unavailable('read_model_behind', 'The read model has not come that far yet.', 1, cause)

const undefinedTable = '42P01'

const translated = (error: unknown): unknown => {
  if (isPassingDatabaseFault(error)) return new StoreUnavailable('the database is away', { cause: error })
  return (error as { readonly code?: unknown }).code === undefinedTable ? readModelBehind(error) : error
}

/**
 * Whoever asks is answered within the limit, also when the server has stopped answering without having gone away. The query itself is
 * ended by the pool's own limits.
 */
export const databaseOn = ({ pool, answerLimitMs = 1_500 }: DatabaseOptions): Database => {
  const ask = async <Result>(question: (database: Queryable) => Promise<Result>): Promise<Result> => {
    const answered = new AbortController()
    const tooLong = wait(answerLimitMs, undefined, { signal: answered.signal }).then(() => {
      throw new StoreUnavailable(`the database does not answer within ${answerLimitMs} ms`)
    })
    const answer = question(pool)
    try {
      return await Promise.race([answer, tooLong])
    } catch (error) {
      throw translated(error)
    } finally {
      answered.abort()
      // One of the two is no longer waited for, and may fail without anybody's interest.
      for (const left of [answer, tooLong]) left.catch(() => undefined)
    }
  }
  return { ask, query: (text, values = []) => ask((database) => database.query(text, values)) }
}
