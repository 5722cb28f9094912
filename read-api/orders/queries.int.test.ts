import { expect } from 'chai'
import type { QueryResultRow } from 'pg'
import { columnName } from '../../infrastructure/projections/table.ts'
import { ordersTable } from '../../projections/orders/table.ts'
import { at, order, readTables, type ReadTables } from '../../test/specifications/read-api.ts'
import type { Database } from '../database.ts'
import { listOrders, type OrderFilter } from './queries.ts'

const orders = 100_000
const perPage = 50

/** Most orders are at rest, and paid; a few wait, the newest of them; what is rare is old. */
const changing: Partial<Record<keyof typeof ordersTable.columns, string>> = {
  orderId: "'order ' || place",
  number: 'upper(substr(md5(place::text), 1, 10))',
  customerId: "'customer ' || place % 20000",
  status: `case when place > 99700 then 'placed' when place > 99400 then 'confirmed' when place > 99000 then 'shipped'
    when place % 50 = 0 then 'cancelled' when place % 1000 = 3 then 'rejected' else 'delivered' end`,
  paymentStatus: `case when place > 99700 then 'requested' when place % 50 = 0 then 'voided' when place % 10000 = 7 then 'mismatch'
    when place % 1000 = 3 then 'failed' else 'succeeded' end`,
  skus: "array['SKU ' || place % 500, case when place % 20000 = 5 then 'RARE' else 'MUG' end]",
  attention: "case when place % 1000 = 0 then array['refund_failed'] else array[]::text[] end",
  placedPosition: "lpad(place::text, 19, '0') || '-' || lpad(place::text, 19, '0')",
  placedAt: "timestamptz '2026-01-01T00:00:00Z' + place * interval '5 minutes'",
}

type Plan = {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Index Name'?: string
  readonly 'Actual Rows': number
  readonly 'Actual Loops': number
  readonly 'Rows Removed by Filter'?: number
  readonly Plans?: readonly Plan[]
}

const nodesOf = (plan: Plan): readonly Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)]

describe(`the list of ${orders} orders`, function () {
  this.timeout(60_000)
  let tables: ReadTables
  before(async () => {
    tables = await readTables()
    await tables.create()
    await tables.write(ordersTable, [order(0)])
    const properties = Object.keys(ordersTable.columns) as (keyof typeof ordersTable.columns)[]
    const columns = properties.map((property) => `"${columnName(property)}"`)
    const values = properties.map((property) => changing[property] ?? `o."${columnName(property)}"`)
    await tables.pool.query(
      `insert into orders (${columns.join(', ')})
       select ${values.join(', ')} from orders o, generate_series(1, $1::integer) as place`,
      [orders],
    )
    await tables.pool.query('analyze orders')
  })
  after(() => tables.drop())

  /** How PostgreSQL goes about it: the parts that have to do with orders. */
  const planOf = async (filter: OrderFilter, before?: string): Promise<readonly Plan[]> => {
    const found: Plan[] = []
    const explaining: Database = {
      async query<Row extends QueryResultRow>(text: string, values?: unknown[]) {
        const {
          rows: [row],
        } = await tables.pool.query<{ 'QUERY PLAN': readonly { readonly Plan: Plan }[] }>(
          `explain (analyze, format json) ${text}`,
          values,
        )
        for (const { Plan: plan } of row?.['QUERY PLAN'] ?? []) found.push(...nodesOf(plan))
        return { rows: [] as Row[] }
      },
      ask: () => Promise.reject(new Error('the list is asked for by its text')),
    }
    await listOrders(filter, { before, limit: perPage }).ask(explaining)
    return found.filter(
      (node) => node['Relation Name'] === 'orders' || node['Index Name']?.startsWith('orders') === true,
    )
  }

  const number = 'A87FF679A2' // md5('4')
  const day = { from: '2026-03-01T00:00:00Z', to: '2026-03-02T00:00:00Z' }
  const cases: readonly (readonly [what: string, filter: OrderFilter, index: string])[] = [
    ['all of them', {}, 'placed_position'],
    ['a number', { number }, 'number'],
    ['how a number begins', { number: number.slice(0, 4) }, 'number'],
    ['a number that nobody has', { number: 'ZZZ' }, 'number'],
    ['a customer', { customerId: 'customer 7' }, 'customer_id_placed_position'],
    ['a customer, by status', { customerId: 'customer 7', status: 'delivered' }, 'customer_id_placed_position'],
    ['a SKU that few have', { sku: 'RARE' }, 'skus'],
    ['a SKU that nobody has', { sku: 'NONE' }, 'skus'],
    ['a SKU that most have', { sku: 'MUG' }, 'placed_position'],
    ['a status that few have', { status: 'rejected' }, 'status_placed_position'],
    ['a status that few have, the newest', { status: 'placed' }, 'status_placed_position'],
    ['a payment that few have', { paymentStatus: 'mismatch' }, 'payment_status_placed_position'],
    ['a payment that nobody has', { paymentStatus: 'action_required' }, 'payment_status_placed_position'],
    ['a day', day, 'placed_at'],
    ['days to come', { from: '2030-01-01T00:00:00Z' }, 'placed_at'],
    ['those that a person has to look at', { attention: true }, 'placed_position_where_attention'],
  ]
  for (const [what, filter, index] of cases)
    it(`is searched for ${what} by an index, its first page and one behind it, through few rows`, async () => {
      for (const before of [undefined, at(60_000)]) {
        const plan = await planOf(filter, before)
        expect(plan.flatMap((node) => node['Index Name'] ?? [])).to.deep.equal([`orders_g1_${index}`])
        expect(plan.filter((node) => node['Node Type'] === 'Seq Scan')).to.deep.equal([])
        const passed = plan.map(
          (node) => (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'],
        )
        expect(Math.max(...passed), 'rows that were gone through').to.be.lessThan(1_000)
      }
    })

  for (const [what, filter] of [
    ['a SKU that some have', { sku: 'SKU 7' }],
    ['a status that most have', { status: 'delivered' }],
    ['a payment that most have', { paymentStatus: 'succeeded' }],
    ['months', { from: '2026-02-01T00:00:00Z', to: '2026-06-01T00:00:00Z' }],
    ['months, by status', { from: '2026-02-01T00:00:00Z', to: '2026-06-01T00:00:00Z', status: 'rejected' }],
    ['two states', { status: 'placed', paymentStatus: 'succeeded' }],
    ['what begins a number', { number: 'A' }],
    ['those that nobody has to look at', { attention: false }],
  ] as const satisfies readonly (readonly [string, OrderFilter])[])
    it(`is searched for ${what} by some index`, async () => {
      for (const before of [undefined, at(60_000)]) {
        const plan = await planOf(filter, before)
        expect(plan.flatMap((node) => node['Index Name'] ?? []).length, 'indexes').to.be.greaterThan(0)
        expect(plan.filter((node) => node['Node Type'] === 'Seq Scan')).to.deep.equal([])
      }
    })
})
