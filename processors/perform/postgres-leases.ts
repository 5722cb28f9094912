import { isDatabaseAway } from '../../infrastructure/postgres/errors.ts'
import type { Queryable } from '../../infrastructure/postgres/pool.ts'
import { queryPrepared } from '../../infrastructure/postgres/prepared.ts'
import { LeasesUnavailable, type Claimable, type Lease, type Leases } from './leases.ts'
import { batchedCalls } from '../../infrastructure/postgres/batched-calls.ts'

/**
 * Claims of a batch, each (kind, key) once, always in the same order: two batches that lock rows crosswise would stop each other. An intent
 * that has become another since it was last claimed counts its claims (`calls`) from the beginning; `claims` counts all that the row
 * has had, but for those under which nothing was sent.
 *
 * On disk before anybody is called, whatever the database does otherwise. Nothing is claimed until one lease's length after the first look
 * at a database that this table has not been in before (a replica that was promoted, a restored backup): leases may be missing from it;
 * and what is older than that may have been claimed before, though no row says so.
 */
const claimStatement = `
  with durable as materialized (
    select set_config('synchronous_commit', case when current_setting('synchronous_commit') in ('off', 'local') then 'on'
      else current_setting('synchronous_commit') end, true)
  ), here as materialized (
    select h.since + $5 * interval '1 millisecond' as open_from, h.remembers_from
    from durable, (select attempts_home() as home) now_in left join attempts_homes h using (home)
  ), claimed as (
    insert into attempts as a (kind, key, since, event_id, calls, claimed_until, due_at, token)
    select w.kind, w.key, w.since, w.event_id, 1, now() + $5 * interval '1 millisecond', now() + $5 * interval '1 millisecond', gen_random_uuid()
    from here, unnest($1::text[], $2::text[], $3::timestamptz[], $4::uuid[]) as w (kind, key, since, event_id)
    where here.open_from <= now()
    order by w.kind collate "C", w.key collate "C"
    on conflict (kind, key) do update set
      calls = case when a.since < excluded.since then 1 else a.calls + 1 end,
      claims = a.claims + 1,
      since = greatest(a.since, excluded.since),
      event_id = excluded.event_id,
      claimed_until = excluded.claimed_until,
      due_at = excluded.due_at,
      settled_at = null,
      token = excluded.token
    where a.claimed_until <= now()
      and (not $6 or a.event_id is distinct from excluded.event_id or (a.settled_at is null and a.due_at <= now()))
    returning kind, key, calls, token, claims, since
  )
  select here.open_from <= now() as open, now() as at, here.remembers_from as "remembersFrom",
    c.kind, c.key, c.calls as "claimCount", c.token, c.claims = 1 and c.since > here.remembers_from as "neverSent"
  from here left join claimed c on true`

/** Seen for the first time: from now on. Whoever comes second finds it there. */
const arriveStatement = `
  insert into attempts_homes (home, since, remembers_from) values (attempts_home(), now(), now() + $1 * interval '1 millisecond')
  on conflict do nothing`

/**
 * Rows that are still ours, in the order in which claims lock them too. Nobody waits for the disk: what is lost with the database is the
 * giving back of a lease. The setting ends with this statement's transaction.
 *
 * Planned anew each time, unlike the claims, whose conflicts are always found by the primary key: a plan made while the table was small
 * reads all of it, and would go on doing so while it grows.
 */
const releaseStatement = `
  with undurable as materialized (select set_config('synchronous_commit', 'off', true)),
  ours as materialized (
    select a.kind, a.key, r.due_in, r.uncounted, r.unsent
    from undurable, unnest($1::text[], $2::text[], $3::uuid[], $4::float8[], $6::boolean[], $7::boolean[])
      as r (kind, key, token, due_in, uncounted, unsent)
    join attempts a on a.kind = r.kind and a.key = r.key and a.token = r.token
    order by a.kind collate "C", a.key collate "C"
    for update of a
  )
  update attempts a set
    calls = a.calls - ours.uncounted::integer,
    claims = a.claims - ours.unsent::integer,
    claimed_until = now(),
    settled_at = case when ours.due_in is null then now() end,
    due_at = now() + coalesce(ours.due_in, $5) * interval '1 millisecond'
  from ours where a.kind = ours.kind and a.key = ours.key`

/** What is completed and open in the log all the same is looked at again after so long. */
const completedDueInMs = 3_600_000

const most = 500
const claimsEveryMs = 10
const releasesEveryMs = 50

type ClaimRow = {
  readonly open: boolean | null
  readonly at: Date
  readonly remembersFrom: Date
  readonly kind: string | null
  readonly key: string | null
  readonly claimCount: number
  readonly token: string
  readonly neverSent: boolean
}
type Release = {
  readonly lease: Lease
  readonly dueInMs: number | null
  readonly uncounted: boolean
  readonly unsent: boolean
}

const standingStatement = `
  select claimed_until > now() as leased, claims > 0 as "mayHaveSent" from attempts where kind = $1 and key = $2`

export type PostgresLeases = Leases & {
  /** Resolves when what was asked for has been done. */
  drained(): Promise<void>
}

const idOf = ({ kind, key }: { readonly kind: string | null; readonly key: string | null }) => `${kind} ${key}`

/** Many claims are one statement, and many releases; each statement is a transaction of its own. */
export const postgresLeases = (database: Queryable, { leaseMs }: { readonly leaseMs: number }): PostgresLeases => {
  const ask = async <Row extends object>(statement: string, values: readonly unknown[]): Promise<readonly Row[]> =>
    (await database.query<Row>(statement, [...values])).rows

  const claimAll = async (wanted: readonly Claimable[], onlyDue: boolean): Promise<readonly (Lease | undefined)[]> => {
    // Of two that want the same the first has it; the other finds it held.
    const places = new Map<string, number>()
    for (const [place, what] of wanted.entries()) if (!places.has(idOf(what))) places.set(idOf(what), place)
    const rows = wanted.filter((what, place) => places.get(idOf(what)) === place)
    const { rows: found } = await queryPrepared<ClaimRow>(database, {
      name: 'claim leases',
      text: claimStatement,
      values: [
        rows.map(({ kind }) => kind),
        rows.map(({ key }) => key),
        rows.map(({ since }) => since.toISOString()),
        rows.map(({ eventId }) => eventId),
        leaseMs,
        onlyDue,
      ],
    })
    const [first] = found
    if (first?.open !== true) {
      if (first?.open === null) await ask(arriveStatement, [leaseMs])
      throw new LeasesUnavailable('the database has changed hands: leases may be missing from it for the length of one')
    }
    const leases = new Map(found.map(({ open: _, kind, key, ...lease }) => [idOf({ kind, key }), lease]))
    return wanted.map((what, place) => {
      const id = idOf(what)
      const lease = places.get(id) === place ? leases.get(id) : undefined
      return lease === undefined ? undefined : { kind: what.kind, key: what.key, ...lease }
    })
  }

  const releaseAll = async (releases: readonly Release[]): Promise<readonly undefined[]> => {
    const leases = releases.map(({ lease }) => lease)
    await ask(releaseStatement, [
      leases.map(({ kind }) => kind),
      leases.map(({ key }) => key),
      leases.map(({ token }) => token),
      releases.map(({ dueInMs }) => dueInMs),
      completedDueInMs,
      releases.map(({ uncounted }) => uncounted),
      releases.map(({ unsent }) => unsent),
    ])
    return releases.map(() => undefined)
  }

  // A database that is away, or that leases may be missing from, has nothing against any one of them.
  const failsForAll = (error: unknown) => error instanceof LeasesUnavailable || isDatabaseAway(error)
  const claims = (onlyDue: boolean) =>
    batchedCalls({
      send: (wanted: readonly Claimable[]) => claimAll(wanted, onlyDue),
      failsForAll,
      most,
      everyMs: claimsEveryMs,
    })
  const heard = claims(true)
  const lookedUp = claims(false)
  const releases = batchedCalls({ send: releaseAll, failsForAll, most, everyMs: releasesEveryMs })

  /** Whatever it is: no event may be parked, and no call made without a lease, because of this table. */
  const unavailable = (error: unknown): never => {
    if (error instanceof LeasesUnavailable) throw error
    throw new LeasesUnavailable('the leases cannot be used', { cause: error })
  }

  const standingOf = async (kind: string, key: string) => {
    const rows = await ask<{ leased: boolean; mayHaveSent: boolean }>(standingStatement, [kind, key]).catch(unavailable)
    return rows[0]
  }

  return {
    claim: (what, { onlyDue }) => (onlyDue ? heard : lookedUp).call(what).catch(unavailable),
    release: (lease, then) =>
      releases
        .call(
          then === 'completed'
            ? { lease, dueInMs: null, uncounted: false, unsent: false }
            : { lease, uncounted: false, unsent: false, ...then },
        )
        .catch(unavailable),
    isLeased: async (kind, key) => (await standingOf(kind, key))?.leased ?? false,
    mayHaveSent: async (kind, key) => (await standingOf(kind, key))?.mayHaveSent ?? false,
    drained: async () => {
      await Promise.all([heard.drained(), lookedUp.drained(), releases.drained()])
    },
  }
}
