import { z } from 'zod'
import type { Queryable } from '../../infrastructure/postgres/pool.ts'

export const openIntentsView = z
  .strictObject({
    kind: z.string(),
    count: z.int(),
    due: z.int().meta({ description: 'Of those, how many the follow-ups take up now' }),
    oldestSince: z.iso.datetime(),
  })
  .meta({ id: 'OpenIntents' })
export type OpenIntents = z.infer<typeof openIntentsView>

// When one is due: as in postgres-due.ts.
const statement = `
  select o.kind, count(*)::int as count, min(o.since) as since,
    (count(*) filter (where coalesce(a.due_at, o.since + $1 * interval '1 millisecond') <= $2))::int as due
  from open_intents o left join attempts a on a.kind = o.kind and a.key = o.key and a.since >= o.since
  group by o.kind order by o.kind`

type Row = { readonly kind: string; readonly count: number; readonly since: Date; readonly due: number }

/** Effects that were written down and have no outcome yet, by kind. */
export const openIntentsByKind = async (
  database: Queryable,
  { firstDelayMs, now }: { readonly firstDelayMs: number; readonly now: Date },
): Promise<readonly OpenIntents[]> => {
  const { rows } = await database.query<Row>(statement, [firstDelayMs, now])
  return rows.map(({ kind, count, since, due }) => ({ kind, count, due, oldestSince: since.toISOString() }))
}
