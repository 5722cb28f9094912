import { StoreUnavailable } from '../../infrastructure/event-store/port.ts'
import { databaseAwayText, isPassingDatabaseFault } from '../../infrastructure/postgres/errors.ts'
import type { Queryable } from '../../infrastructure/postgres/pool.ts'
import { within } from '../../infrastructure/time/time-limit.ts'

export type Ask = <Row extends object>(statement: string, values: readonly unknown[]) => Promise<readonly Row[]>

/**
 * An operator who asks is answered within the limit, also by a server that has stopped answering without having gone away.
 * @throws StoreUnavailable when the database is away, or says nothing
 */
export const askedWithin =
  (database: Queryable, limitMs: number): Ask =>
  async <Row extends object>(statement: string, values: readonly unknown[]) => {
    try {
      const { rows } = await within(database.query<Row>(statement, [...values]), {
        limitMs,
        fault: () => new StoreUnavailable(`the resolutions of dead letters: no answer within ${limitMs} ms`),
      })
      return rows
    } catch (error) {
      throw isPassingDatabaseFault(error) ? new StoreUnavailable(databaseAwayText(error), { cause: error }) : error
    }
  }
