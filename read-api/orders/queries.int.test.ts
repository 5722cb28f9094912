import { expect } from 'chai'
import type { QueryResultRow } from 'pg'
import { ordersTable } from '../../projections/orders/table.ts'
import { at, order, readTables, type ReadTables } from '../../test/specifications/read-api.ts'
import type { Database } from '../database.ts'
import { listOrders, type OrderFilter } from './queries.ts'

/** Every thousandth wants a look. */
const orders = 5_000

describe('the list of orders', function () {
  this.timeout(60_000)
  let tables: ReadTables
  before(async () => {
    tables = await readTables()
    await tables.create()
    await tables.write(ordersTable, [order(0)])
    await tables.pool.query(
      `insert into orders select made.* from orders o, generate_series(1, $1::integer) as place,
        lateral jsonb_populate_record(o, jsonb_build_object(
          'order_id', place::text,
          'placed_position', lpad(place::text, 19, '0') || '-' || lpad(place::text, 19, '0'),
          'attention', case when place % 1000 = 0 then '["refund_failed"]'::jsonb else '[]'::jsonb end)) as made`,
      [orders],
    )
    await tables.pool.query('analyze orders')
  })
  after(() => tables.drop())

  /** How PostgreSQL goes about it. */
  const planOf = async (filter: OrderFilter, before?: string): Promise<string> => {
    const lines: string[] = []
    const explaining: Database = {
      async query<Row extends QueryResultRow>(text: string, values?: unknown[]) {
        const { rows } = await tables.pool.query<{ 'QUERY PLAN': string }>(`explain ${text}`, values)
        lines.push(...rows.map((row) => row['QUERY PLAN']))
        return { rows: [] as Row[] }
      },
      ask: () => Promise.reject(new Error('the list is asked for by its text')),
    }
    await listOrders(filter, { before, limit: 20 }).ask(explaining)
    return lines.join('\n')
  }

  it('finds those that a person has to look at without going through the others', async () => {
    for (const before of [undefined, at(4_500)]) {
      const plan = await planOf({ attention: true }, before)
      expect(plan).to.contain('orders_g1_placed_position_where_attention')
      expect(plan).not.to.contain('Seq Scan on orders')
    }
  })
})
