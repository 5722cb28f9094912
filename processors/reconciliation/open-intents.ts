import type { Queryable } from '../../infrastructure/postgres/pool.ts'

/** A charge or a refund that was asked for and has no outcome. */
export type OpenAtProvider = {
  readonly kind: 'payment' | 'refund'
  readonly key: string
  readonly orderId: string
  readonly since: Date
}

const page = 500

// What nobody can have sent yet, the provider has not heard of. That is remembered for a week (`forget-leases.ts`); a day is enough here.
const statement = `
  select o.kind, o.key, o.order_id as "orderId", o.since
  from open_intents o left join attempts a on a.kind = o.kind and a.key = o.key
  where o.kind in ('payment', 'refund') and o.since <= $1
    and (a.claims > 0 or o.since <= $1::timestamptz - interval '1 day')
    and ($2::timestamptz is null or (o.since, o.kind, o.key) > ($2, $3::text, $4::text))
  order by o.since, o.kind, o.key limit ${page}`

/** Those that are older than `before` and may have been sent, oldest first. */
export const openAtProvider = (database: Queryable) =>
  async function* (before: Date): AsyncGenerator<OpenAtProvider> {
    let last: OpenAtProvider | undefined
    do {
      const values = [before, last?.since ?? null, last?.kind ?? null, last?.key ?? null]
      const { rows }: { rows: OpenAtProvider[] } = await database.query<OpenAtProvider>(statement, values)
      yield* rows
      last = rows.length === page ? rows.at(-1) : undefined
    } while (last !== undefined)
  }
