import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import { StoreUnavailable } from '../../infrastructure/event-store/port.ts'
import { createInMemoryStore, type InMemoryStore } from '../../test/simulation/in-memory-store.ts'
import { tokenOf } from '../../test/specifications/api.ts'
import { commandApiUnderTest, withCatalogue, type CommandApiUnderTest } from '../../test/specifications/command-api.ts'
import { seedCatalogue, type CatalogueEntry } from './seed.ts'

describe('seeding the catalogue', () => {
  const entry = (sku: string, stock = 10): CatalogueEntry => ({
    sku,
    name: `The ${sku}`,
    amount: 900,
    currency: 'EUR',
    stock,
  })
  const seed = async (
    { app }: CommandApiUnderTest,
    entries: readonly CatalogueEntry[],
    token = tokenOf('seed', ['admin']),
  ): Promise<void> => {
    const server = app.listen(0, '127.0.0.1')
    await once(server, 'listening')
    try {
      // It listens on a port.
      await seedCatalogue(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, token, entries)
    } finally {
      server.close()
      await once(server, 'close')
    }
  }
  const eventsOf = ({ store }: CommandApiUnderTest, stream: string) =>
    store.log.filter((stored) => stored.stream === stream).map(({ type, data }) => ({ type, data }))
  const received = (quantity: number, sku = 'CUP') => ({
    type: 'StockReceived',
    data: { sku, quantity, document: `opening-${sku}` },
  })

  it('adds products and their opening stock, once', async () => {
    const shop = commandApiUnderTest()
    await seed(shop, [entry('CUP'), entry('POT', 0)])
    await seed(shop, [entry('CUP'), entry('POT', 0)])
    expect([...shop.stored()].sort()).to.deep.equal(['ProductAdded', 'ProductAdded', 'StockReceived'])
    expect(eventsOf(shop, 'stock-CUP')).to.deep.equal([received(10)])
  })

  it('leaves what is there as it is: at another price or name, in another currency, or off sale', async () => {
    const shop = await withCatalogue(commandApiUnderTest())
    const skus = ['MUG', 'TEA', 'YEN', 'OLD']
    const before = skus.map((sku) => eventsOf(shop, `product-${sku}`))
    await seed(
      shop,
      skus.map((sku) => ({ ...entry(sku, 0), amount: 123, name: 'Another' })),
    )
    expect(skus.map((sku) => eventsOf(shop, `product-${sku}`))).to.deep.equal(before)
  })

  it('does not take in opening stock again, however much it was', async () => {
    const shop = commandApiUnderTest()
    await seed(shop, [entry('CUP', 7)])
    await seed(shop, [entry('CUP', 10)])
    expect(eventsOf(shop, 'stock-CUP')).to.deep.equal([received(7)])
  })

  it('asks again while a store is away', async () => {
    const store = createInMemoryStore()
    let refused = 0
    const append: InMemoryStore['append'] = (...call) => {
      if (refused === 2) return store.append(...call)
      refused += 1
      throw new StoreUnavailable('not yet')
    }
    const shop = commandApiUnderTest({}, { ...store, append })
    await seed(shop, [entry('CUP')])
    expect([refused, store.log.length]).to.deep.equal([2, 2])
  })

  it('says what went wrong otherwise', async () => {
    const failure = await seed(commandApiUnderTest(), [entry('CUP')], tokenOf('alice', ['customer'])).then(
      () => 'nothing',
      (error: unknown) => (error as Error).message,
    )
    expect(failure).to.contain('POST /v1/products answered 403')
  })
})
