import type { Queryable } from '../../infrastructure/postgres/pool.ts'

const hour = 3_600_000
/** Twice as long and an hour more than an intent may be performed for without a look at its stream. */
const markKeptHours = 25
const keptDays = 7
const atOnce = 10_000

const forgetStatement = `
  delete from attempts where ctid = any (array(
    select ctid from attempts
    where settled_at < now() - $1 * interval '1 hour' or (settled_at is null and due_at < now() - $2 * interval '1 day')
    limit $3))`

/**
 * Forgets the marks of what was completed a day ago, once an hour, and what was due a week ago: an intent whose outcome came another way (a
 * webhook, a customer who cancelled) leaves its lease behind. If one was still open after all, its stream is read before the next call.
 */
export const forgetOldLeases = (database: Queryable, now: () => Date): (() => Promise<void>) => {
  let next = now()
  return async () => {
    if (now() < next) return
    // Some thousands at a time: no statement takes long, and no transaction keeps others from their rows.
    while (((await database.query(forgetStatement, [markKeptHours, keptDays, atOnce])).rowCount ?? 0) === atOnce);
    next = new Date(now().getTime() + hour)
  }
}
