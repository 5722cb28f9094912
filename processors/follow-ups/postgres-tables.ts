import type { Queryable } from '../../infrastructure/postgres/pool.ts'
import type { IntentKind } from '../perform/intent.ts'
import type { StandingOrder } from './due.ts'
import { standingOf, type StandingRow } from './standing-row.ts'

/** Nobody needs to know it more exactly than this, and no question costs more than this for it. */
const mostCounted = 10_000
/** Of orders that stand still a whole row is read. */
const mostRead = 2_000

const kinds: readonly IntentKind[] = ['payment', 'refund', 'notification']

export type OpenByKind = {
  readonly kind: string
  readonly ages: { readonly under_1m: number; readonly under_1h: number; readonly older: number }
  readonly oldest: Date | undefined
}

/** What the folds hold, counted up to a limit. */
export type Tables = {
  /** Each kind, also one of which nothing is open. */
  openIntents(now: Date): Promise<readonly OpenByKind[]>
  outcomes(): Promise<readonly { readonly outcome: string; readonly orders: number }[]>
  unconfirmed(): Promise<number>
  /** Orders that have not moved since, the longest first; none that is confirmed. */
  standing(since: Date): Promise<readonly StandingOrder[]>
}

const openIntents = `
  select k.kind, min(o.since) as oldest,
    count(*) filter (where $2::timestamptz - o.since < interval '1 minute')::int as under_1m,
    count(*) filter (where $2 - o.since >= interval '1 minute' and $2 - o.since < interval '1 hour')::int as under_1h,
    count(*) filter (where $2 - o.since >= interval '1 hour')::int as older
  from unnest($1::text[]) k(kind)
    left join lateral (select since from open_intents i where i.kind = k.kind order by i.since limit $3) o on true
  group by k.kind`

const unconfirmed = `
  select count(*)::int as count from (select 1 from orders_in_progress where waiting_since is not null limit $1) o`

const standing = `
  select order_id as "orderId", moved_at as "movedAt", event_id as "eventId", status, reservation, payment, cardinality(held) as "linesHeld"
  from orders_in_progress where moved_at <= $1 and status <> 'confirmed' order by moved_at limit $2`

type OpenRow = { kind: string; oldest: Date | null; under_1m: number; under_1h: number; older: number }

export const postgresTables = (database: Queryable): Tables => ({
  async openIntents(now) {
    const { rows } = await database.query<OpenRow>(openIntents, [kinds, now, mostCounted])
    return rows.map(({ kind, oldest, ...ages }) => ({ kind, ages, oldest: oldest ?? undefined }))
  },
  async outcomes() {
    const { rows } = await database.query<{ outcome: string; orders: number }>(
      'select outcome, orders::float8 as orders from order_outcomes',
    )
    return rows
  },
  async unconfirmed() {
    return (await database.query<{ count: number }>(unconfirmed, [mostCounted])).rows[0]?.count ?? 0
  },
  async standing(since) {
    return (await database.query<StandingRow>(standing, [since, mostRead])).rows.map(standingOf)
  },
})
