import { streams } from '../../domain/shared/streams.ts'
import type { RunningShop } from './running-shop.ts'

export type Rush = {
  /** Its orders and the streams of its goods, as events are told apart by. */
  readonly keys: ReadonlySet<string>
  readonly orderIds: readonly string[]
  /** Of the customers; each has ordered once. */
  readonly addresses: ReadonlySet<string>
}

export type RushOptions = {
  /** Makes customers, SKUs and documents its own. */
  readonly name: string
  readonly waves: number
  /** Done once a wave has been accepted, while the processors are at it. */
  readonly afterWave?: (() => Promise<void>) | undefined
}

const ordersInAWave = 25
const opening = 20
const received = 5

/**
 * Customers who all want two of the same three SKUs, in waves, of which each wants three times as much as comes in with it. Accepted is
 * every one of their orders.
 */
export const rush = async (
  { client, sku: ofThisRun }: RunningShop,
  { name, waves, afterWave }: RushOptions,
): Promise<Rush> => {
  const skus = ['A', 'B', 'C'].map((letter) => ofThisRun(`${name}-${letter}`.toUpperCase()))
  const receive = async (sku: string, quantity: number, document: string): Promise<void> => {
    const { status, body } = await client.operate(`/v1/inventory/${sku}/receipts`, { quantity, document })
    if (status !== 200)
      throw new Error(`the receipt ${document} of ${sku} was answered ${status}: ${JSON.stringify(body)}`)
  }
  for (const sku of skus) {
    const { status } = await client.administer('/v1/products', {
      sku,
      name: sku,
      price: { amount: 500, currency: 'EUR' },
    })
    if (status !== 201) throw new Error(`the product ${sku} was answered ${status}`)
    await receive(sku, opening, 'opening')
  }

  const customers = Array.from({ length: waves * ordersInAWave }, (_, number) => `${name}-${number}`)
  const orderIds: string[] = []
  for (let wave = 0; wave < waves; wave += 1) {
    const first = wave * ordersInAWave
    const placing = customers.slice(first, first + ordersInAWave).map(async (customer, index) => {
      const lines = skus.toSpliced((first + index) % skus.length, 1).map((sku) => ({ sku, quantity: 1 }))
      orderIds.push(await client.place(customer, 'rush', lines))
    })
    await Promise.all([...placing, ...skus.map((sku) => receive(sku, received, `delivery-${wave}`))])
    await afterWave?.()
  }
  return {
    orderIds,
    keys: new Set([...orderIds, ...skus.flatMap((sku) => [streams.product(sku), streams.stock(sku)])]),
    addresses: new Set(customers.map((customer) => `${customer}@example.com`)),
  }
}
