import type { Queryable } from '../../infrastructure/postgres/pool.ts'

const hour = 3_600_000
const keptMs = 7 * 24 * hour

/**
 * An intent whose outcome came another way (a webhook, a customer who cancelled) leaves its attempt behind. Forgets those that were due
 * a week ago, once an hour. If one was still open after all, its next call looks the effect up first: its key is older than any kept.
 */
export const forgetOldAttempts = (database: Queryable, now: () => Date): (() => Promise<void>) => {
  let next = now()
  return async () => {
    if (now() < next) return
    await database.query('delete from attempts where due_at < $1', [new Date(now().getTime() - keptMs)])
    next = new Date(now().getTime() + hour)
  }
}
