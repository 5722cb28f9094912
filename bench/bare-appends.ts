import { randomUUID } from 'node:crypto'
import { EventStoreDBClient, jsonEvent, NO_STREAM } from '@eventstore/db-client'

export type BareOrders = { readonly orders: number; readonly eventsEach: number; readonly concurrency: number }

/**
 * The baseline: for each order as many appends of one event as its life cycle leaves events behind, one after another, `concurrency`
 * orders at a time, by a client that does nothing else. What the store alone allows.
 * @returns orders a second
 */
export const bareAppends = async (
  eventStoreUrl: string,
  { orders, eventsEach, concurrency }: BareOrders,
): Promise<number> => {
  const store = EventStoreDBClient.connectionString(eventStoreUrl)
  const began = Date.now()
  let next = 0
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      for (; next < orders; next += 1) {
        const stream = `bench-${randomUUID()}`
        for (let index = 0; index < eventsEach; index += 1) {
          const event = jsonEvent({
            type: 'BenchmarkEvent',
            data: { text: 'x'.repeat(300) },
            metadata: { text: 'x'.repeat(300) },
          })
          await store.appendToStream(stream, event, { expectedRevision: index === 0 ? NO_STREAM : BigInt(index - 1) })
        }
      }
    }),
  )
  const seconds = (Date.now() - began) / 1_000
  await store.dispose()
  return orders / seconds
}
