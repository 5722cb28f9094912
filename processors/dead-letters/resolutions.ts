import { StoreUnavailable } from '../../infrastructure/event-store/port.ts'
import { within } from '../../infrastructure/event-store/waiting.ts'
import { isPassingDatabaseFault } from '../../infrastructure/postgres/errors.ts'
import type { Queryable } from '../../infrastructure/postgres/pool.ts'

/** What was decided about a letter. `retry` is settled once the event has been handled. */
export type Verdict = {
  readonly verdict: 'retry'
  readonly decidedBy: string
  readonly attempts: number
  readonly settledAt: Date | undefined
  readonly lastFailure: string | undefined
}

/** @throws StoreUnavailable when the database is away, or says nothing */
export type Verdicts = {
  of(group: string, numbers: readonly bigint[]): Promise<ReadonlyMap<bigint, Verdict>>
  /** Written down before anything is done. False: the letter is settled already, and nothing is to be done. */
  retry(group: string, number: bigint, by: string, at: Date): Promise<boolean>
  settle(group: string, number: bigint, at: Date): Promise<void>
  failed(group: string, number: bigint, failure: string): Promise<void>
}

type Row = { number: string; verdict: 'retry'; decidedBy: string; attempts: number; settledAt: Date | null; lastFailure: string | null }

export const postgresVerdicts = (database: Queryable, limitMs = 1_500): Verdicts => {
  /** An operator who asks is answered within the limit, also by a server that has stopped answering without having gone away. */
  const ask = async <Answer extends object>(statement: string, values: readonly unknown[]) => {
    try {
      return await within(database.query<Answer>(statement, [...values]), limitMs, 'the verdicts on dead letters')
    } catch (error) {
      throw isPassingDatabaseFault(error) ? new StoreUnavailable('the database is away', { cause: error }) : error
    }
  }

  return {
    async of(group, numbers) {
      const { rows } = await ask<Row>(
        `select number, verdict, decided_by as "decidedBy", attempts, settled_at as "settledAt", last_failure as "lastFailure"
         from dead_letter_verdicts where group_name = $1 and number = any($2::bigint[])`, [group, numbers.map(String)])
      return new Map(rows.map(({ number, settledAt, lastFailure, ...row }) =>
        [BigInt(number), { ...row, settledAt: settledAt ?? undefined, lastFailure: lastFailure ?? undefined }]))
    },

    async retry(group, number, by, at) {
      const { rowCount } = await ask(
        `insert into dead_letter_verdicts as v (group_name, number, verdict, decided_by, decided_at, attempts)
         values ($1, $2, 'retry', $3, $4, 1)
         on conflict (group_name, number) do update set
           decided_by = excluded.decided_by, decided_at = excluded.decided_at, attempts = v.attempts + 1, last_failure = null
         where v.settled_at is null`, [group, String(number), by, at])
      return rowCount === 1
    },

    async settle(group, number, at) {
      await ask('update dead_letter_verdicts set settled_at = $3 where group_name = $1 and number = $2', [group, String(number), at])
    },

    async failed(group, number, failure) {
      await ask(
        'update dead_letter_verdicts set last_failure = $3 where group_name = $1 and number = $2 and settled_at is null',
        [group, String(number), failure])
    },
  }
}
