import { batchedCalls } from '../postgres/batched-calls.ts'
import { isDatabaseAway } from '../postgres/errors.ts'
import type { Queryable } from '../postgres/pool.ts'
import { within } from '../time/time-limit.ts'
import type { AttemptLedger, Starts } from './attempt-ledger.ts'

export type PostgresAttempts = AttemptLedger & {
  /** Resolves when everything so far is written down, or could not be. */
  drained(): Promise<void>
}

export type PostgresAttemptsOptions = {
  readonly database: Queryable
  readonly now: () => number
  /** Told once for as long as it is away. */
  readonly warn: (message: string, error: unknown) => void
  readonly limitMs?: number
}

class LedgerSilent extends Error {}

type Place = { readonly group: string; readonly eventId: string }
type Row = { group: string; eventId: string; starts: number; alone: number }

const most = 200
const everyMs = 2
/** A database that is away holds up no event for longer than one question. */
const notAskedForMs = 5_000
const keptForDays = 7
const hour = 3_600_000

const startStatement = `
  insert into handling_attempts as a (group_name, event_id, starts, alone, started_at)
  select g, e::uuid, 1, 0, now() from unnest($1::text[], $2::text[]) as wanted (g, e) order by 1, 2
  on conflict (group_name, event_id) do update set starts = a.starts + 1, started_at = now()
  returning group_name as "group", event_id as "eventId", starts, alone`
const aloneStatement = `
  update handling_attempts set alone = alone + 1, started_at = now() where group_name = $1 and event_id = $2`
const finishStatement = `
  delete from handling_attempts where (group_name, event_id) in (select g, e::uuid from unnest($1::text[], $2::text[]) as over (g, e))`
const forgetStatement = `delete from handling_attempts where started_at < now() - $1 * interval '1 day'`

const idOf = ({ group, eventId }: Place): string => `${group} ${eventId}`

/** Where the database is away, events are handled without a guard: what they are about does not need it, and most kill nobody. */
export const postgresAttempts = ({
  database,
  now,
  warn,
  limitMs = 1_500,
}: PostgresAttemptsOptions): PostgresAttempts => {
  let awayUntil = -Infinity

  const ask = <Found extends object>(statement: string, values: readonly unknown[]) =>
    within(database.query<Found>(statement, [...values]), {
      limitMs,
      fault: () => new LedgerSilent(`handling_attempts: no answer within ${limitMs} ms`),
    })

  const places = (wanted: readonly Place[]) => [wanted.map(({ group }) => group), wanted.map(({ eventId }) => eventId)]

  const startAll = async (wanted: readonly Place[]): Promise<readonly (Starts | undefined)[]> => {
    const distinct = [...new Map(wanted.map((place) => [idOf(place), place])).values()]
    const { rows } = await ask<Row>(startStatement, places(distinct))
    const found = new Map(rows.map(({ starts, alone, ...place }) => [idOf(place), { starts, alone }]))
    return wanted.map((place) => found.get(idOf(place)))
  }
  const finishAll = async (over: readonly Place[]): Promise<readonly undefined[]> => {
    await ask(finishStatement, places(over))
    return over.map(() => undefined)
  }

  const isAway = () => now() < awayUntil
  /** Who waits in a batch is not asked about one by one where there is nobody to ask, nor batch after batch. */
  const unlessAway =
    <Result>(send: (items: readonly Place[]) => Promise<Result>) =>
    async (items: readonly Place[]): Promise<Result> => {
      if (isAway()) throw new LedgerSilent('handling_attempts: not asked for a while')
      return send(items)
    }
  const failsForAll = (error: unknown) => error instanceof LedgerSilent || isDatabaseAway(error)
  const starts = batchedCalls({ send: unlessAway(startAll), failsForAll, most, everyMs })
  const finishes = batchedCalls({ send: unlessAway(finishAll), failsForAll, most, everyMs })

  const gone = (error: unknown): undefined => {
    if (isAway()) return undefined
    awayUntil = now() + notAskedForMs
    warn('events that come again are handled without the guard against those that kill the process', error)
    return undefined
  }

  return {
    started: async (group, eventId) => (isAway() ? undefined : starts.call({ group, eventId }).catch(gone)),
    async startedAlone(group, eventId) {
      // What has just ended did so: if this one kills the process, the others must not look as if they had.
      await finishes.drained()
      await ask(aloneStatement, [group, eventId]).catch(gone)
    },
    finished(group, eventId) {
      // What is left of it makes the event run alone the next time it comes, and does no more.
      void finishes.call({ group, eventId }).catch(gone)
    },
    async drained() {
      await Promise.all([starts.drained(), finishes.drained()])
    },
  }
}

/** Marks of events that never came again, looked for once an hour. */
export const forgetOldAttempts = (database: Queryable, now: () => number): (() => Promise<void>) => {
  let next = now()
  return async () => {
    if (now() < next) return
    await database.query(forgetStatement, [keptForDays])
    next = now() + hour
  }
}
