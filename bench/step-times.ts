import { EventStoreDBClient } from '@eventstore/db-client'
import { median } from 'eventstoredb-compatible-server/source/bench/statistics'
import type { Shop } from '../embedded/shop/shop.ts'

/** The events of a paid order that follow from one another, from the POST to confirmed, and the streams they stand in. */
const chain = [
  ['order', 'OrderPlaced'],
  ['reservation', 'InventoryReserved'],
  ['payment', 'PaymentRequested'],
  ['payment', 'PaymentSucceeded'],
  ['order', 'OrderConfirmed'],
] as const

export type Step = { readonly from: string; readonly to: string; readonly medianMs: number }

/** How long each step took, by the time at which the event store recorded the events: the median over these orders. */
export const stepTimes = async ({ eventStoreUrl }: Shop, orderIds: readonly string[]): Promise<readonly Step[]> => {
  const store = EventStoreDBClient.connectionString(eventStoreUrl)
  const recordedAt = async (orderId: string): Promise<ReadonlyMap<string, number>> => {
    const times = new Map<string, number>()
    for (const category of new Set(chain.map(([stream]) => stream))) {
      for await (const { event } of store.readStream(`${category}-${orderId}`))
        if (event !== undefined) times.set(event.type, event.created.getTime())
    }
    return times
  }
  try {
    const orders: ReadonlyMap<string, number>[] = []
    for (const orderId of orderIds) orders.push(await recordedAt(orderId))
    return chain.slice(1).map(([, to], index) => {
      const from = chain[index]?.[1] ?? ''
      return {
        from,
        to,
        medianMs: median(orders.map((times) => (times.get(to) ?? Number.NaN) - (times.get(from) ?? Number.NaN))),
      }
    })
  } finally {
    await store.dispose()
  }
}
