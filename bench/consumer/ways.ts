import { EventStoreDBClient, type PersistentSubscriptionToAll } from '@eventstore/db-client'
import { StoreUnavailable, type EventStore } from '../../infrastructure/event-store/port.ts'
import { consumeGroup } from '../../infrastructure/subscriptions/persistent.ts'
import { bufferSize, groupSettings, keyOf } from '../../processors/groups.ts'
import { serviceNames, type ServiceName } from '../../processors/services.ts'
import { isWanted } from './log-of-orders.ts'

/** Consumes the four groups of a round with `handle`, until it is told to stop. */
export type Way = (
  store: EventStore,
  url: string,
  round: string,
  handle: () => Promise<void>,
) => Promise<{ stop(): Promise<void> }>

export const groupOf = (name: ServiceName, round: string): string => `${name}-${round}`

/** As the processors consume. */
const shop: Way = async (store, _url, round, handle) => {
  const consumers = serviceNames.map((name) =>
    consumeGroup({
      store,
      group: groupOf(name, round),
      settings: groupSettings,
      bufferSize,
      maxRunning: 128,
      handlerVersion: '1',
      keyOf,
      isOurs: (event) => isWanted(name, event),
      handle: async () => {
        await handle()
        return 'done'
      },
      isStoreAway: (error) => error instanceof StoreUnavailable,
      isPassing: () => false,
      probe: () => store.probe(2_000),
    }),
  )
  return {
    stop: async () => {
      await Promise.all(consumers.map((consumer) => consumer.drain()))
    },
  }
}

/** With the client alone: each group's events one after another, acknowledged so many at a time. */
const withClient =
  (window: number, acksOf: number): Way =>
  async (store, url, round, handle) => {
    const client = EventStoreDBClient.connectionString(url)
    const subscriptions = await Promise.all(
      serviceNames.map(async (name) => {
        await store.ensureGroup(groupOf(name, round), groupSettings)
        return {
          name,
          subscription: client.subscribeToPersistentSubscriptionToAll(groupOf(name, round), { bufferSize: window }),
        }
      }),
    )
    const consuming = subscriptions.map(async ({ name, subscription }) => {
      let unacknowledged: Parameters<PersistentSubscriptionToAll['ack']> = []
      for await (const resolved of subscription) {
        const { event } = resolved
        if (event !== undefined && isWanted(name, { stream: event.streamId, type: event.type })) await handle()
        unacknowledged.push(resolved)
        if (unacknowledged.length < acksOf) continue
        await subscription.ack(...unacknowledged)
        unacknowledged = []
      }
    })
    return {
      async stop() {
        await Promise.all(subscriptions.map(({ subscription }) => subscription.unsubscribe()))
        await Promise.all(consuming)
        await client.dispose()
      },
    }
  }

export const ways = {
  shop,
  /** What the client does by itself: ten at a time, one after another, each acknowledged by itself. */
  textbook: withClient(10, 1),
  /** As much as the client can do, by the same window and batches as ours. */
  bare: withClient(bufferSize, 50),
} as const satisfies Record<string, Way>

export type WayName = keyof typeof ways
