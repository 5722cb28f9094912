import { Gauge, type Registry } from '../../infrastructure/observability/metrics.ts'
import type { Queryable } from '../../infrastructure/postgres/pool.ts'

const openByAge = `
  select kind, case when now() - since < interval '1 minute' then 'under_1m' when now() - since < interval '1 hour' then 'under_1h' else 'older' end as age,
         count(*)::int as count
  from open_intents group by 1, 2`

type Options = {
  readonly registry: Registry
  readonly database: Queryable
  /** Whether this process keeps the tables: the others would only say the same again. */
  readonly active: () => boolean
  readonly warn: (message: string, error: unknown) => void
}

/** Asked of the tables when somebody scrapes; while they cannot be asked there are no values, and the other metrics are answered. */
export const followUpMetrics = ({ registry, database, active, warn }: Options): void => {
  const rows = async <Row extends object>(statement: string): Promise<readonly Row[]> => {
    if (!active()) return []
    try {
      return (await database.query<Row>(statement)).rows
    } catch (error) {
      warn('the follow-ups could not be counted', error)
      return []
    }
  }

  new Gauge({
    name: 'open_intents',
    help: 'Effects without an outcome, by kind and age. Only from the active instance.',
    labelNames: ['kind', 'age'],
    registers: [registry],
    async collect() {
      const found = await rows<{ kind: string; age: string; count: number }>(openByAge)
      this.reset()
      for (const { kind, age, count } of found) this.set({ kind, age }, count)
    },
  })
  new Gauge({
    name: 'order_outcomes',
    help: 'Orders that have come to this state, since the first event. Only from the active instance.',
    labelNames: ['outcome'],
    registers: [registry],
    async collect() {
      const found = await rows<{ outcome: string; orders: number }>(
        'select outcome, orders::float8 as orders from order_outcomes',
      )
      this.reset()
      for (const { outcome, orders } of found) this.set({ outcome }, orders)
    },
  })
}
