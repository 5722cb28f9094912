import type { QueryResultRow } from 'pg'
import { StoreUnavailable } from '../infrastructure/event-store/port.ts'
import { unavailable } from '../infrastructure/http/problem.ts'
import { databaseAwayText, isNotThereYet, isPassingDatabaseFault } from '../infrastructure/postgres/errors.ts'
import type { Queryable } from '../infrastructure/postgres/pool.ts'
import { within } from '../infrastructure/time/time-limit.ts'

/** The read tables, for asking alone. @throws StoreUnavailable; HttpFault 503 `read_model_behind` as long as a table, or a column of it, is not there */
export type Database = {
  query<Row extends QueryResultRow>(text: string, values?: unknown[]): Promise<{ readonly rows: Row[] }>
  /** The same for a question of somebody else's making. */
  ask<Result>(question: (database: Queryable) => Promise<Result>): Promise<Result>
}

export type DatabaseOptions = { readonly pool: Queryable; readonly answerLimitMs?: number }

export const readModelBehind = (cause?: unknown) =>
  unavailable('read_model_behind', 'The read model has not come that far yet.', 1, cause)

const translated = (error: unknown): Error => {
  if (isPassingDatabaseFault(error)) return new StoreUnavailable(databaseAwayText(error), { cause: error })
  // The projections make the table, or make it anew.
  if (isNotThereYet(error)) return readModelBehind(error)
  return error instanceof Error ? error : new Error('the database could not be asked', { cause: error })
}

/**
 * Whoever asks is answered within the limit, also when the server has stopped answering without having gone away. The query itself is
 * ended by the pool's own limits.
 */
export const databaseOn = ({ pool, answerLimitMs = 1_500 }: DatabaseOptions): Database => {
  const ask = async <Result>(question: (database: Queryable) => Promise<Result>): Promise<Result> =>
    within(
      question(pool).catch((error: unknown) => {
        throw translated(error)
      }),
      {
        limitMs: answerLimitMs,
        fault: () => new StoreUnavailable(`the database does not answer within ${answerLimitMs} ms`),
      },
    )
  return { ask, query: (text, values = []) => ask((database) => database.query(text, values)) }
}
