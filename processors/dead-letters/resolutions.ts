import { StoreUnavailable } from '../../infrastructure/event-store/port.ts'
import { isPassingDatabaseFault } from '../../infrastructure/postgres/errors.ts'
import type { Queryable } from '../../infrastructure/postgres/pool.ts'
import { within } from '../../infrastructure/time/time-limit.ts'

/** What an operator has decided about a dead letter, and what came of it. Table `dead_letter_verdicts`, where a resolution is a verdict. */
export type Resolution = {
  /** The dead letter is resolved once a retry has handled its event. */
  readonly kind: 'retry'
  readonly decidedBy: string
  readonly retries: number
  readonly resolvedAt: Date | undefined
  readonly lastFailure: string | undefined
}

/** @throws StoreUnavailable when the database is away, or says nothing */
export type Resolutions = {
  of(group: string, numbers: readonly bigint[]): Promise<ReadonlyMap<bigint, Resolution>>
  /** Written down before anything is done. False: the dead letter is resolved already, and nothing is to be done. */
  retry(group: string, number: bigint, by: string, at: Date): Promise<boolean>
  resolve(group: string, number: bigint, at: Date): Promise<void>
  failed(group: string, number: bigint, failure: string): Promise<void>
}

type Row = {
  number: string
  kind: 'retry'
  decidedBy: string
  retries: number
  resolvedAt: Date | null
  lastFailure: string | null
}

export const postgresResolutions = (database: Queryable, limitMs = 1_500): Resolutions => {
  /** An operator who asks is answered within the limit, also by a server that has stopped answering without having gone away. */
  const ask = async <Found extends object>(statement: string, values: readonly unknown[]) => {
    try {
      return await within(database.query<Found>(statement, [...values]), {
        limitMs,
        fault: () => new StoreUnavailable(`the resolutions of dead letters: no answer within ${limitMs} ms`),
      })
    } catch (error) {
      throw isPassingDatabaseFault(error) ? new StoreUnavailable('the database is away', { cause: error }) : error
    }
  }

  return {
    async of(group, numbers) {
      const { rows } = await ask<Row>(
        `select number, verdict as kind, decided_by as "decidedBy", attempts as retries, settled_at as "resolvedAt", last_failure as "lastFailure"
         from dead_letter_verdicts where group_name = $1 and number = any($2::bigint[])`,
        [group, numbers.map(String)],
      )
      return new Map(
        rows.map(({ number, resolvedAt, lastFailure, ...row }) => [
          BigInt(number),
          { ...row, resolvedAt: resolvedAt ?? undefined, lastFailure: lastFailure ?? undefined },
        ]),
      )
    },

    async retry(group, number, by, at) {
      const { rowCount } = await ask(
        `insert into dead_letter_verdicts as v (group_name, number, verdict, decided_by, decided_at, attempts)
         values ($1, $2, 'retry', $3, $4, 1)
         on conflict (group_name, number) do update set
           decided_by = excluded.decided_by, decided_at = excluded.decided_at, attempts = v.attempts + 1, last_failure = null
         where v.settled_at is null`,
        [group, String(number), by, at],
      )
      return rowCount === 1
    },

    async resolve(group, number, at) {
      await ask('update dead_letter_verdicts set settled_at = $3 where group_name = $1 and number = $2', [
        group,
        String(number),
        at,
      ])
    },

    async failed(group, number, failure) {
      await ask(
        'update dead_letter_verdicts set last_failure = $3 where group_name = $1 and number = $2 and settled_at is null',
        [group, String(number), failure],
      )
    },
  }
}
