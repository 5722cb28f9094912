import { setTimeout as delay } from 'node:timers/promises'
import type { Random } from '../simulation/random.ts'
import type { RunningShop } from '../end-to-end/running-shop.ts'

export type Load = {
  /** Of the orders that were accepted, as they come. */
  readonly orderIds: readonly string[]
  readonly skus: readonly string[]
  readonly addresses: ReadonlySet<string>
  /** POSTs that were never answered with 201, whatever was tried. */
  readonly failures: readonly string[]
  /** Resolves when the time is up, every customer has been answered, and what else was to be done is done. */
  readonly over: Promise<void>
}

export type PlacedOrder = {
  readonly orderId: string
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[]
  /** Minor units. */
  readonly total: number
}

export type LoadOptions = {
  readonly ordersPerSecond: number
  readonly durationMs: number
  /** By which customers pay, each as often as it is listed. */
  readonly methods: readonly string[]
  /** What else is done with an order that was placed. */
  readonly follow: (order: PlacedOrder) => Promise<void>
}

const price = 700
const opening = { plenty: 100_000, scarce: 40 }
const cancelling = 0.15

/** Customers who order as often as this until the time is up, some of goods that run out; each asks until he is answered, some cancel. */
export const putUnderLoad = async (
  { client, sku }: RunningShop,
  random: Random,
  { ordersPerSecond, durationMs, methods, follow }: LoadOptions,
): Promise<Load> => {
  const skus = ['CHAOS-A', 'CHAOS-B', 'CHAOS-C', 'CHAOS-SCARCE'].map(sku)
  for (const one of skus) {
    await client.administer('/v1/products', { sku: one, name: one, price: { amount: price, currency: 'EUR' } })
    const quantity = one === skus.at(-1) ? opening.scarce : opening.plenty
    await client.operate(`/v1/inventory/${one}/receipts`, { quantity, document: 'opening' })
  }

  const orderIds: string[] = []
  const addresses = new Set<string>()
  const failures: string[] = []

  const cancel = async (customer: string, orderId: string, inMs: number): Promise<void> => {
    await delay(inMs)
    // Once, whatever comes of it: what the log says of it is looked at.
    await client.cancel(customer, orderId).catch(() => undefined)
  }

  const buy = async (number: number): Promise<void> => {
    const customer = `chaos-${number}`
    addresses.add(`${customer}@example.com`)
    const lines = Array.from({ length: random.int(1, 2) }, () => ({
      sku: random.chance(0.1) ? (skus.at(-1) ?? '') : random.pick(skus.slice(0, -1)),
      quantity: random.int(1, 2),
    }))
    const method = random.pick(methods)
    const cancelsAfterMs = random.chance(cancelling) ? random.int(0, 3_000) : undefined
    const merged = [...Map.groupBy(lines, (line) => line.sku)].map(([one, all]) => ({
      sku: one,
      quantity: all.reduce((sum, { quantity }) => sum + quantity, 0),
    }))
    try {
      const orderId = await client.place(customer, 'chaos', merged, method)
      orderIds.push(orderId)
      const total = merged.reduce((sum, { quantity }) => sum + quantity * price, 0)
      await Promise.all([
        follow({ orderId, lines: merged, total }),
        ...(cancelsAfterMs === undefined ? [] : [cancel(customer, orderId, cancelsAfterMs)]),
      ])
    } catch (error) {
      failures.push(error instanceof Error ? error.message : String(error))
    }
  }

  const over = (async () => {
    const buying: Promise<void>[] = []
    const end = Date.now() + durationMs
    for (let number = 0; Date.now() < end; number += 1) {
      buying.push(buy(number))
      await delay(1_000 / ordersPerSecond)
    }
    await Promise.all(buying)
  })()
  return { orderIds, skus, addresses, failures, over }
}
