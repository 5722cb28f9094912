import { acceptBare, acceptOrders } from './accepting.ts'
import { startBareRoutes } from './bare-process.ts'
import type { BenchShop } from './bench-shop.ts'
import type { Goods } from './goods.ts'
import { whileHeld } from './held.ts'
import { inTurn, type InTurn } from './in-turn.ts'
import { lookAtOrders } from './looking.ts'
import type { BenchOptions, Measurement } from './options.ts'
import { untilQuiet } from './quiet.ts'

export type RouteFigures = { readonly [Name in Extract<Measurement, 'accepting' | 'looking'>]?: InTurn }

/** A look is so much quicker than an order that a round needs more of them. */
const looksForAnOrder = 10

/** The two APIs against the least that a route can do: calls a second, in turn. */
export const measureRoutes = async (
  { shop, bareStoreUrl }: BenchShop,
  run: string,
  { wide: skus }: Goods,
  { orders, concurrency, rounds, only, brief }: BenchOptions,
  say: (line: string) => void,
): Promise<RouteFigures> => {
  // Warm-ups are rounds of each side before those that count.
  const { ordersToLookAt, warmUps } = brief ? { ordersToLookAt: 2, warmUps: 0 } : { ordersToLookAt: 50, warmUps: 3 }
  const bare = await startBareRoutes(shop, bareStoreUrl)
  const named = (name: string) => ({ name: `${run}-${name}`, skus, orders, concurrency })

  const accepting = async (): Promise<InTurn> => {
    const accept = async (name: string): Promise<number> => {
      // What follows from the orders belongs to the life cycles; here it would take most of the machine.
      const { perSecond } = await whileHeld(shop, ['processors', 'projections'], () => acceptOrders(shop, named(name)))
      // Nor must it go on beside the other's turn.
      await untilQuiet(shop)
      return perSecond
    }
    for (let time = 1; time <= warmUps; time += 1) {
      await accept(`accepting-warm-up-${time}`)
      await acceptBare(bare.url, named('warm-up'))
    }
    return inTurn(
      rounds,
      {
        shop: (round) => accept(`accepting-${round}`),
        bare: async (round) => (await acceptBare(bare.url, named(`accepting-${round}`))).perSecond,
      },
      (round, ours, bares) =>
        say(`round ${round}: ${ours.toFixed(0)} orders accepted a second; a bare route ${bares.toFixed(0)}`),
    )
  }

  const looking = async (): Promise<InTurn> => {
    const { bodies } = await acceptOrders(shop, { ...named('looked-at'), orders: ordersToLookAt })
    await untilQuiet(shop)
    // As the API describes its answers.
    const orderIds = bodies.map((body) => (JSON.parse(body) as { readonly orderId: string }).orderId)
    const looks = { orderIds, count: orders * looksForAnOrder, concurrency }
    const lookAt = async (url: string) => (await lookAtOrders(shop, url, looks)).perSecond
    for (let time = 1; time <= warmUps; time += 1) {
      await lookAt(shop.urls.readApi)
      await lookAt(bare.url)
    }
    return inTurn(
      rounds,
      { shop: () => lookAt(shop.urls.readApi), bare: () => lookAt(bare.url) },
      (round, ours, bares) =>
        say(`round ${round}: ${ours.toFixed(0)} orders looked at a second; a bare route ${bares.toFixed(0)}`),
    )
  }

  try {
    return {
      ...(only.includes('accepting') ? { accepting: await accepting() } : {}),
      ...(only.includes('looking') ? { looking: await looking() } : {}),
    }
  } finally {
    await bare.stop()
  }
}
