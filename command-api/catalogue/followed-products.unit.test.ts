import { expect } from 'chai'
import type { ProductEvent } from '../../domain/catalogue/events.ts'
import { productDecider, type Product } from '../../domain/catalogue/product.ts'
import type { Recorded } from '../../infrastructure/event-store/codec.ts'
import { createFollowedProducts } from './followed-products.ts'

const sku = 'MUG'
const price = (revision: number): Recorded<ProductEvent> => ({
  event:
    revision === 0
      ? { type: 'ProductAdded', sku, name: 'Mug', price: 100, currency: 'EUR' }
      : { type: 'ProductPriceChanged', sku, price: 100 + revision, currency: 'EUR' },
  metadata: {
    $correlationId: 'c',
    $causationId: 'c',
    commandId: 'c',
    actor: { type: 'operator', id: 'olga' },
    schemaVersion: 1,
    occurredAt: '2026-01-01T00:00:00.000Z',
  },
  id: `id ${revision}`,
  stream: `product-${sku}`,
  revision: BigInt(revision),
  position: { commit: 1n, prepare: 1n },
  created: new Date(0),
})

const upTo = (revision: number) => ({
  state: Array.from({ length: revision + 1 }, (_, n) => price(n)).reduce(
    (product: Product, { event }) => productDecider.evolve(product, event, new Date(0)),
    productDecider.initialState,
  ),
  revision: BigInt(revision),
  position: undefined,
})
const priceOf = (product: Product | undefined) => (product?.status === 'on_sale' ? product.price : product?.status)

describe('products that are followed', () => {
  it('are kept up to date by what comes after they were read', async () => {
    const products = createFollowedProducts(10)
    expect(priceOf(await products.read(sku, async () => upTo(1)))).to.equal(101)
    products.take(sku, price(2))
    // Behind what was read already, and again.
    products.take(sku, price(1))
    products.take(sku, price(2))
    expect(priceOf(products.get(sku))).to.equal(102)
  })

  it('go off sale, come back, and are called otherwise', async () => {
    const products = createFollowedProducts(10)
    await products.read(sku, async () => upTo(1))
    const becomes = (revision: number, event: ProductEvent) => {
      products.take(sku, { ...price(revision), event })
      return products.get(sku)
    }
    expect(becomes(2, { type: 'ProductDiscontinued', sku })?.status).to.equal('discontinued')
    const relisted = { sku, name: 'Cup', price: 300, currency: 'EUR' }
    expect(becomes(3, { type: 'ProductRelisted', ...relisted })).to.include({ status: 'on_sale', ...relisted })
    expect(becomes(4, { type: 'ProductRenamed', sku, name: 'Mug' })).to.include({ ...relisted, name: 'Mug' })
  })

  it('miss nothing that comes while they are being read, whichever is first', async () => {
    for (const read of [1, 2, 3]) {
      const products = createFollowedProducts(10)
      await products.read(sku, async () => {
        for (const revision of [2, 3]) products.take(sku, price(revision))
        return upTo(read)
      })
      expect(priceOf(products.get(sku)), `read at ${read}`).to.equal(103)
    }
  })

  it('are unknown again after a gap, and when they cannot be followed', async () => {
    const products = createFollowedProducts(10)
    await products.read(sku, async () => upTo(1))
    products.take(sku, price(3))
    expect(products.get(sku)).to.equal(undefined)
    await products.read(sku, async () => upTo(3))
    products.forget(sku)
    expect(products.get(sku)).to.equal(undefined)
  })

  it('are not remembered as missing', async () => {
    const products = createFollowedProducts(10)
    const missing = await products.read(sku, async () => ({
      state: productDecider.initialState,
      revision: undefined,
      position: undefined,
    }))
    expect(missing.status).to.equal('unknown')
    expect(products.get(sku)).to.equal(undefined)
  })

  it('are so many at the most, those asked for last', async () => {
    const products = createFollowedProducts(2)
    for (const name of ['A', 'B']) await products.read(name, async () => upTo(0))
    products.get('A')
    await products.read('C', async () => upTo(0))
    expect(['A', 'B', 'C'].map((name) => products.get(name) !== undefined)).to.deep.equal([true, false, true])
  })
})
