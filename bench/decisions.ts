import { EventStoreDBClient, streamNameFilter } from '@eventstore/db-client'
import type { Shop } from '../embedded/shop/shop.ts'

export type Decisions = {
  /** How many orders have come to this event since the beginning of the watch. */
  count(type: 'OrderConfirmed' | 'OrderRejected' | 'OrderCancelled'): number
  stop(): Promise<void>
}

/** Watches what becomes of orders from now on. */
export const watchDecisions = async ({ eventStoreUrl }: Shop): Promise<Decisions> => {
  const store = EventStoreDBClient.connectionString(eventStoreUrl)
  const counts = new Map<string, number>()
  const subscription = store.subscribeToAll({ fromPosition: 'end', filter: streamNameFilter({ prefixes: ['order-'] }) })
  const ready = Promise.withResolvers<void>()
  subscription.on('confirmation', () => ready.resolve())
  const listening = (async () => {
    for await (const { event } of subscription)
      if (event !== undefined) counts.set(event.type, (counts.get(event.type) ?? 0) + 1)
  })()
  await ready.promise
  return {
    count: (type) => counts.get(type) ?? 0,
    async stop() {
      await subscription.unsubscribe()
      await listening
      await store.dispose()
    },
  }
}
