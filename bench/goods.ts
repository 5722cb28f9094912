import { setTimeout as delay } from 'node:timers/promises'
import { seedCatalogue } from '../embedded/shop/seed.ts'
import type { Shop } from '../embedded/shop/shop.ts'
import { developmentToken } from '../embedded/shop/token.ts'

/** Products that only one run of the bench orders: another's are in the log too, perhaps. */
export type Goods = {
  /** Two that every order wants, so that all wait for the same two streams. */
  readonly hot: readonly string[]
  /** Fifty, of which each order wants two. */
  readonly wide: readonly string[]
}

export const goodsOf = (run: string): Goods => ({
  hot: ['A', 'B'].map((name) => `BENCH-${name}-${run}`),
  wide: Array.from({ length: 50 }, (_, index) => `BENCH-${index + 1}-${run}`),
})

const atATime = 4

/** Plenty of all of them, once the read models show it: on a log that others have written they go through all of that first. */
export const stockUp = async (shop: Shop, { hot, wide }: Goods): Promise<void> => {
  const admin = developmentToken(shop.secrets, { sub: 'bench', role: 'admin' })
  const skus = [...hot, ...wide]
  const entries = skus.map((sku) => ({ sku, name: sku, amount: 1_000, currency: 'EUR', stock: 1_000_000 }))
  // Some at a time: a process that has just started is slow, and a request does not wait for ever.
  for (let from = 0; from < entries.length; from += atATime)
    await seedCatalogue(shop.urls.commandApi, admin, entries.slice(from, from + atATime))
  for (const sku of skus) {
    while (!(await fetch(`${shop.urls.readApi}/v1/stock/${sku}`, { headers: { authorization: `Bearer ${admin}` } })).ok)
      await delay(100)
  }
}

/** The request for the order of this number: one each of two of the products, every pair of them about as often. */
export const orderOf = (skus: readonly string[], index: number): string => {
  const first = (index * 7) % skus.length
  const step = 1 + (index % (skus.length - 1))
  const lines = [first, (first + step) % skus.length].map((at) => ({ sku: skus[at], quantity: 1 }))
  return JSON.stringify({
    lines,
    shipTo: { name: 'Ben Bench', street: 'Lindenweg 4', postalCode: '10115', city: 'Berlin', country: 'DE' },
    contact: { email: 'ben@example.com' },
    payment: { method: 'card-ok' },
  })
}
