import { expect } from 'chai'
import { verificationText, type Verification } from '../infrastructure/projections/verification.ts'
import {
  openProjectionsOfShop,
  projectionNames,
  type ProjectionsOfShop,
} from '../test/projections/projections-of-shop.ts'

describe('the tool of the projections', function () {
  this.timeout(60_000)
  let shop: ProjectionsOfShop
  before(async () => {
    shop = await openProjectionsOfShop()
    await shop.startProcess()
    await shop.stocked()
    for (let n = 0; n < 60; n += 1) await shop.order(n)
    await shop.caughtUp()
  })
  after(() => shop.close())

  it('is rebuilt by the tool while orders come in, to the same tables', async () => {
    const { pool, tool, order, caughtUp, summary } = shop
    const before = await tool('list', '--json')
    const writing = (async () => {
      for (let n = 60; n < 90; n += 1) await order(n)
    })()
    const rebuilt = await tool('rebuild', '--all', '--json')
    await writing
    await caughtUp()
    expect([before.code, rebuilt.code]).to.deep.equal([0, 0])
    const names = (text: string, list: 'projections' | 'results') =>
      (JSON.parse(text) as Record<string, { name: string }[]>)[list]?.map(({ name }) => name).sort()
    expect(names(before.output, 'projections')).to.deep.equal([...projectionNames].sort())
    expect(names(rebuilt.output, 'results')).to.deep.equal([...projectionNames].sort())
    const { results } = JSON.parse(rebuilt.output) as { results: { name: string; verification?: Verification }[] }
    const texts = results.map(({ verification }) => verification && verificationText(verification))
    for (const text of texts) expect(text).to.match(/^verified: 0 of [\d,]+ rows differ$/)
    const { rows } = await pool.query('select name, generation from projection_checkpoints order by name')
    expect(rows).to.deep.equal(
      [...projectionNames].sort().flatMap((name) => [
        { name, generation: 2 },
        { name: `${name}__kept`, generation: 1 },
      ]),
    )
    expect(await summary()).to.deep.equal({ orders: '90', timeline: '630', reserved: '180', products: '1' })
  })

  it('is compared alone on a dry run, in words too, and a damaged row is named', async () => {
    const { pool, tool } = shop
    const { rows } = await pool.query<{ sku: string }>('update stock set on_hand = on_hand + 1 returning sku')
    const dry = await tool('rebuild', 'stock', '--dry-run')
    await pool.query('update stock set on_hand = on_hand - 1')
    expect([dry.code, dry.errors]).to.deep.equal([0, ''])
    expect(dry.output.replaceAll(/\d+ events in [\d.]+ s/g, 'EVENTS')).to.equal(
      `stock: built to compare, and dropped, from EVENTS; verified: 1 of 1 rows differ\n  different: 1 (${rows[0]?.sku})\n`,
    )
    expect((await tool('list')).output).to.contain('stock: built anew, verified: 0 of 1 rows differ\n')
  })

  it('is put back by the tool, with what has happened since; who did it is listed', async () => {
    const { pool, tool, summary } = shop
    const put = await tool('rollback', 'stock', '--json')
    expect([put.code, put.errors]).to.deep.equal([0, ''])
    const listed = await tool('list')
    expect(listed.output).to.match(/stock: put back by .+ on .+ at 20/)
    expect(await summary()).to.deep.equal({ orders: '90', timeline: '630', reserved: '180', products: '1' })
    await pool.query("delete from projection_checkpoints where name = 'products__kept'")
    const refused = await tool('rollback', 'products')
    expect([refused.code, refused.errors]).to.deep.equal([
      1,
      'no table before products is kept: it has not been replaced lately\n',
    ])
  })

  it('has a tool that says what is wrong, by its exit code too', async () => {
    const { toolIn, tool } = shop
    const [unknown, nothingNamed, both, wrongOption, help, table] = await Promise.all([
      tool('rebuild', 'nothing'),
      tool('rebuild'),
      tool('rebuild', 'orders', '--all'),
      tool('list', '--wrong'),
      tool('--help'),
      tool('list'),
    ])
    expect([unknown.code, nothingNamed.code, both.code, wrongOption.code, help.code, table.code]).to.deep.equal([
      2, 2, 2, 2, 0, 0,
    ])
    expect(unknown.errors).to.equal(
      `No read table nothing can be built anew from here. Those that can: ${projectionNames.join(', ')}.\n`,
    )
    for (const name of projectionNames) expect(table.output).to.contain(name)
    expect((await toolIn({ DATABASE_URL: 'postgres://127.0.0.1:1/none' }, 'list')).code).to.equal(1)
  })
})
