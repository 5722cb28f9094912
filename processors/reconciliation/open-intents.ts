import type { Queryable } from '../../infrastructure/postgres/pool.ts'

/** A charge or a refund that was asked for and has no outcome. */
export type OpenAtProvider = {
  readonly kind: 'payment' | 'refund'
  readonly key: string
  readonly orderId: string
  readonly since: Date
}

const page = 500
const statement = `
  select kind, key, order_id as "orderId", since from open_intents
  where kind in ('payment', 'refund') and since <= $1 and ($2::timestamptz is null or (since, kind, key) > ($2, $3::text, $4::text))
  order by since, kind, key limit ${page}`

/** Those that are older than `before`, oldest first. */
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
