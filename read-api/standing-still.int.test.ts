import { expect } from 'chai'
import { writeStandingStill } from '../infrastructure/projections/standing-still.ts'
import { productsTable, type ProductRow } from '../projections/catalogue/table.ts'
import { callerOf, tokenOf } from '../test/specifications/api.ts'
import { ordersTable } from '../projections/orders/table.ts'
import { idOf, order, readApiOn, readTables, type ReadTables } from '../test/specifications/read-api.ts'

const mug: ProductRow = { sku: 'MUG', name: 'Mug', price: 1, currency: 'EUR', discontinued: false, revision: 0 }
const unknown = '/v1/orders/0b5d2c7e-6a41-5c39-9b0f-3f1f6f1f0a01'

describe('reading from tables of which one stands still', function () {
  this.timeout(60_000)
  let tables: ReadTables
  before(async () => {
    tables = await readTables()
    await tables.create()
    await tables.write(productsTable, [mug])
    await tables.write(ordersTable, [order(1)])
    await tables.moveTo(100)
  })
  after(() => tables.drop())

  it('nobody is told that something is not there which may be; what is there is shown, and operators see why', async () => {
    const app = readApiOn(tables.pool)
    const [alice, operator] = [
      callerOf(app, tokenOf('alice', ['customer'])),
      callerOf(app, tokenOf('olga', ['operator'])),
    ]
    await alice.get(unknown).isRefused(404, 'not_found')
    await writeStandingStill(
      tables.pool,
      new Map([
        ['orders', 'its rebuild failed'],
        ['timeline', undefined],
      ]),
    )

    for (const path of [unknown, `${unknown}/timeline`]) {
      const { headers } = await alice.get(path).isRefused(503, 'read_model_behind')
      expect(headers['retry-after']).to.equal('1')
    }
    await alice.get('/v1/products/NOPE').isRefused(404, 'not_found')
    await alice.get('/v1/products/MUG').answers(200)
    const { body } = await operator.get('/v1/projections').answers(200)
    const said = (body as { items: { name: string; caughtUp: boolean; standsStill: string | null }[] }).items
    expect(said.map(({ name, caughtUp, standsStill }) => ({ name, caughtUp, standsStill }))).to.deep.equal([
      { name: 'orders', caughtUp: false, standsStill: 'its rebuild failed' },
      ...['products', 'sales', 'stock', 'timeline'].map((name) => ({ name, caughtUp: true, standsStill: null })),
    ])

    await writeStandingStill(tables.pool, new Map([['orders', undefined]]))
    await alice.get(unknown).isRefused(404, 'not_found')
  })

  it('what is there is said to be stale, where it stands in that table', async () => {
    const alice = callerOf(readApiOn(tables.pool), tokenOf('alice', ['customer']))
    const staleOf = async (path: string) => ((await alice.get(path).answers(200)).body as { stale?: true }).stale
    const paths = [
      `/v1/orders/${idOf(1)}`,
      `/v1/orders/${idOf(1)}/timeline`,
      '/v1/products/MUG',
      '/v1/orders',
      '/v1/products',
    ]
    const stale = () => Promise.all(paths.map(staleOf))
    expect(await stale()).to.deep.equal(paths.map(() => undefined))
    for (const [table, expected] of [
      ['orders', [true, undefined, undefined, true, undefined]],
      ['timeline', [undefined, true, undefined, undefined, undefined]],
      ['stock', [undefined, undefined, true, undefined, true]],
      ['products', [undefined, undefined, true, undefined, true]],
    ] as const) {
      await writeStandingStill(tables.pool, new Map([[table, 'version 2 is being built']]))
      expect(await stale(), table).to.deep.equal(expected)
      await writeStandingStill(tables.pool, new Map([[table, undefined]]))
    }
  })
})
