import type { Queryable } from '../../infrastructure/postgres/pool.ts'
import type { IntentKind } from '../perform/intent.ts'
import type { Due } from './due.ts'
import { standingOf, type StandingRow } from './standing-row.ts'

// A lease of what the intent was before it changed (a charge that is called off since) says nothing of when it is due now.
const dueIntents = `
  select o.kind, o.key, o.order_id as "orderId", o.since, o.event_id as "eventId", o.traceparent
  from open_intents o left join attempts a on a.kind = o.kind and a.key = o.key and a.since >= o.since
  where o.kind = $1
    and coalesce(a.due_at, o.since + $3 * interval '1 millisecond') <= $2
    and ($7::text is null or split_part(o.key, ':', 3) = $7)
    and ($5::timestamptz is null or (o.since, o.key) > ($5, $6::text))
  order by o.since, o.key limit $4`

// The first of the two conditions on the time says nothing that the second does not say; it is the one that an index answers.
const dueOrders = `
  select o.order_id as "orderId", o.waiting_since as "placedAt", o.action_required as "actionRequired", o.event_id as "eventId", o.traceparent
  from orders_in_progress o left join attempts a on a.kind = 'deadline' and a.key = o.order_id
  where coalesce(a.due_at, '-infinity') <= $1
    and o.waiting_since <= $1::timestamptz - least($2, $4::float8) * interval '1 millisecond'
    and o.waiting_since + least($2 + case when o.action_required then $3 else 0 end, $4::float8) * interval '1 millisecond' <= $1
    and ($6::text is null or ($6 = 'latest') = (o.waiting_since <= $1::timestamptz - $4::float8 * interval '1 millisecond'))
    and ($7::timestamptz is null or (o.waiting_since, o.order_id) > ($7, $8::text))
  order by o.waiting_since, o.order_id limit $5`

// A look at the order before it last moved says nothing of when it is due now.
const standingOrders = `
  select o.order_id as "orderId", o.moved_at as "movedAt", o.event_id as "eventId",
    o.status, o.reservation, o.payment, cardinality(o.held) as "linesHeld"
  from orders_in_progress o left join attempts a on a.kind = 'progress' and a.key = o.order_id and a.since >= o.moved_at
  where o.moved_at <= $1::timestamptz - $2::float8 * interval '1 millisecond'
    and o.status <> 'confirmed'
    and coalesce(a.due_at, '-infinity') <= $1
    and ($4::timestamptz is null or (o.moved_at, o.order_id) > ($4, $5::text))
  order by o.moved_at, o.order_id limit $3`

type IntentRow = {
  kind: IntentKind
  key: string
  orderId: string
  since: Date
  eventId: string
  traceparent: string | null
}
type OrderRow = {
  orderId: string
  placedAt: Date
  actionRequired: boolean
  eventId: string
  traceparent: string | null
}

const withoutNull = <Row extends { readonly traceparent: string | null }>({ traceparent, ...row }: Row) => ({
  ...row,
  ...(traceparent === null ? {} : { traceparent }),
})

/** Reads the folds as they are: what is due a moment too late or too early does no harm. */
export const postgresDue = (database: Queryable): Due => ({
  async intents({ now, kind, channel, after, firstDelayMs, limit }) {
    const values = [kind, now, firstDelayMs, limit, after?.since ?? null, after?.key ?? null, channel ?? null]
    return (await database.query<IntentRow>(dueIntents, values)).rows.map(withoutNull)
  },
  async orders({ now, settings: { confirmWithin, actionGrace, latest }, past, after, limit }) {
    const place = [after?.placedAt ?? null, after?.orderId ?? null]
    const values = [now, confirmWithin, actionGrace, latest, limit, past ?? null, ...place]
    return (await database.query<OrderRow>(dueOrders, values)).rows.map(withoutNull)
  },
  async standing({ now, firstDelayMs, after, limit }) {
    const values = [now, firstDelayMs, limit, after?.movedAt ?? null, after?.orderId ?? null]
    return (await database.query<StandingRow>(standingOrders, values)).rows.map(standingOf)
  },
})
