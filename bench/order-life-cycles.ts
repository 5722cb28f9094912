import { setTimeout as delay } from 'node:timers/promises'
import { EventStoreDBClient, streamNameFilter } from '@eventstore/db-client'
import { positionToText } from '../infrastructure/event-store/position.ts'
import { seedCatalogue } from '../embedded/shop/seed.ts'
import type { Shop } from '../embedded/shop/shop.ts'
import { developmentToken } from '../embedded/shop/token.ts'

export type LifeCycles = {
  readonly orders: number
  readonly perSecond: number
  /** From the POST being sent to OrderConfirmed being on disk, and to the read API showing it, in milliseconds. */
  readonly confirmedMs: readonly number[]
  readonly visibleMs: readonly number[]
}

/** Two products that only one run of the benchmark orders: another's are in the log too, perhaps. */
const skusOf = (run: string): readonly string[] => [`BENCH-A-${run}`, `BENCH-B-${run}`]

const bodyOf = (run: string): string => JSON.stringify({
  lines: skusOf(run).map((sku) => ({ sku, quantity: 1 })),
  shipTo: { name: 'Ben Bench', street: 'Lindenweg 4', postalCode: '10115', city: 'Berlin', country: 'DE' },
  contact: { email: 'ben@example.com' },
  payment: { method: 'card-ok' },
})

/** Plenty of the two products, once the read models show it: on a log that others have written they go through all of that first. */
export const stockUp = async (shop: Shop, run: string): Promise<void> => {
  const admin = developmentToken(shop.secrets, { sub: 'bench', role: 'admin' })
  await seedCatalogue(shop.urls.commandApi, admin, skusOf(run).map((sku) => ({ sku, name: sku, amount: 1_000, currency: 'EUR', stock: 1_000_000 })))
  for (const sku of skusOf(run)) {
    while (!(await fetch(`${shop.urls.readApi}/v1/stock/${sku}`, { headers: { authorization: `Bearer ${admin}` } })).ok) await delay(100)
  }
}

/**
 * Places `orders` orders, `concurrency` at a time; each slot waits until its order is confirmed and shown before it places the next.
 */
export const orderLifeCycles = async (shop: Shop, run: string, round: string, orders: number, concurrency: number): Promise<LifeCycles> => {
  const token = developmentToken(shop.secrets, { sub: `bench-${run}-${round}`, role: 'customer' })
  const body = bodyOf(run)
  const store = EventStoreDBClient.connectionString(shop.eventStoreUrl)
  const confirmed = new Map<string, (at: { time: number; position: string }) => void>()
  const early = new Map<string, { time: number; position: string }>()
  const subscription = store.subscribeToAll({ fromPosition: 'end', filter: streamNameFilter({ prefixes: ['order-'] }) })
  const listening = (async () => {
    for await (const { event } of subscription) {
      if (event?.type !== 'OrderConfirmed') continue
      const at = { time: Date.now(), position: positionToText(event.position) }
      const orderId = event.streamId.slice('order-'.length)
      const waiting = confirmed.get(orderId)
      if (waiting === undefined) early.set(orderId, at)
      else waiting(at)
    }
  })()

  const confirmedMs: number[] = []
  const visibleMs: number[] = []
  const one = async (index: number): Promise<void> => {
    const began = Date.now()
    const answer = await fetch(`${shop.urls.commandApi}/v1/orders`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': `${round}-${index}` },
      body,
    })
    if (answer.status !== 201) throw new Error(`POST /v1/orders answered ${answer.status}: ${await answer.text()}`)
    const { orderId } = (await answer.json()) as { orderId: string }
    const at = early.get(orderId) ?? (await new Promise<{ time: number; position: string }>((resolve) => confirmed.set(orderId, resolve)))
    confirmedMs.push(at.time - began)
    const seen = await fetch(`${shop.urls.readApi}/v1/orders/${orderId}?minPosition=${encodeURIComponent(at.position)}`, { headers: { authorization: `Bearer ${token}` } })
    const { status } = (await seen.json()) as { status?: string }
    if (status !== 'confirmed') throw new Error(`order ${orderId} is shown as ${status ?? seen.status}`)
    visibleMs.push(Date.now() - began)
    confirmed.delete(orderId)
    early.delete(orderId)
  }

  const began = Date.now()
  let next = 0
  await Promise.all(Array.from({ length: concurrency }, async () => {
    while (next < orders) await one(next++)
  }))
  const seconds = (Date.now() - began) / 1_000
  await subscription.unsubscribe()
  await listening
  await store.dispose()
  return { orders, perSecond: orders / seconds, confirmedMs, visibleMs }
}
