import type { Queryable } from '../../infrastructure/postgres/pool.ts'
import { AttemptsUnavailable, type Attempts } from './attempts.ts'

/** An intent that has become another since it was last claimed counts its calls from the beginning. */
const claimStatement = `
  insert into attempts as a (kind, key, since, calls, claimed_until, due_at, token)
  values ($1, $2, $3, 1, $5, $5, gen_random_uuid())
  on conflict (kind, key) do update set
    calls = case when a.since < excluded.since then 1 else a.calls + 1 end,
    since = greatest(a.since, excluded.since),
    claimed_until = excluded.claimed_until,
    due_at = excluded.due_at,
    token = excluded.token
  where a.claimed_until <= $4
  returning calls, token`

const settleStatement = 'delete from attempts where kind = $1 and key = $2 and token = $3'
const putOffStatement = 'update attempts set claimed_until = $4, due_at = $5 where kind = $1 and key = $2 and token = $3'

/** Each call is one statement and a transaction of its own: a lease is committed before anybody is called. */
export const postgresAttempts = (database: Queryable): Attempts => {
  const ask = async <Row extends object>(statement: string, values: readonly unknown[]): Promise<readonly Row[]> => {
    try {
      return (await database.query<Row>(statement, [...values])).rows
    } catch (error) {
      // Whatever it is: no event may be parked, and no call made without a lease, because of this table.
      throw new AttemptsUnavailable('the attempts cannot be used', { cause: error })
    }
  }

  return {
    async claim({ kind, key, since }, { now, until }) {
      const [row] = await ask<{ calls: number; token: string }>(claimStatement, [kind, key, since, now, until])
      return row === undefined ? undefined : { kind, key, calls: row.calls, token: row.token }
    },

    async release({ kind, key, token }, { now, dueAt }) {
      if (dueAt === undefined) await ask(settleStatement, [kind, key, token])
      else await ask(putOffStatement, [kind, key, token, now, dueAt])
    },
  }
}
