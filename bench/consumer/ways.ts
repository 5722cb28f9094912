import { EventStoreDBClient } from '@eventstore/db-client'
import { StoreUnavailable, type EventStore } from '../../infrastructure/event-store/port.ts'
import { consumeGroup } from '../../infrastructure/subscriptions/persistent.ts'
import { bufferSize, groupSettings, keyOf } from '../../processors/groups.ts'
import type { ServiceName } from '../../processors/services.ts'
import { consumeWithClient, groupOf, type ClientHabits } from './client-groups.ts'
import type { Handling } from './handling.ts'
import { isWanted } from './log-of-orders.ts'
import { categoriesOf, typesFilterOf } from './wanted-of-a-service.ts'

export type Round = {
  readonly store: EventStore
  readonly url: string
  /** Its groups are named by it. */
  readonly round: string
  readonly services: readonly ServiceName[]
}

/** Consumes the groups of a round until it is told to stop; then they are deleted, since each that is left costs the store time. */
export type Way = (round: Round, handling: Handling) => Promise<{ stop(): Promise<void> }>

/** As the processors consume. */
const shop: Way = async ({ store, url, round, services }, handling) => {
  const consumers = services.map((name) =>
    consumeGroup({
      store,
      group: groupOf(name, round),
      settings: groupSettings,
      bufferSize,
      maxRunning: 128,
      handlerVersion: '1',
      keyOf,
      isOurs: (event) => {
        handling.delivered()
        return isWanted(name, event)
      },
      handle: async ({ metadata }) => {
        await handling.handle(metadata)
        return 'done'
      },
      isStoreAway: (error) => error instanceof StoreUnavailable,
      isPassing: () => false,
      probe: () => store.probe(2_000),
    }),
  )
  return {
    async stop() {
      await Promise.all(consumers.map((consumer) => consumer.drain()))
      const client = EventStoreDBClient.connectionString(url)
      for (const name of services) await client.deletePersistentSubscriptionToAll(groupOf(name, round))
      await client.dispose()
    },
  }
}

/** With the client alone, on `$all` without a filter. */
const withClient =
  (habits: ClientHabits): Way =>
  ({ url, round, services }, handling) =>
    consumeWithClient(
      url,
      round,
      services.map((service) => ({ service, source: { kind: 'all' } })),
      habits,
      handling,
    )

/** As much as the client can do, by the same window and batches as ours, and without waiting for a handler. */
const bareHabits: ClientHabits = { window: bufferSize, acksOf: 50, waits: false }

export const ways = {
  shop,
  /** What the client does by itself: ten at a time, one after another, each acknowledged by itself. */
  textbook: withClient({ window: 10, acksOf: 1, waits: true }),
  bare: withClient(bareHabits),
  /** The bare client, given by the server what the service wants. */
  filtered: ({ url, round, services }, handling) =>
    consumeWithClient(
      url,
      round,
      services.map((service) => ({ service, source: { kind: 'filtered', filter: typesFilterOf(service) } })),
      bareHabits,
      handling,
    ),
  /** The bare client with a group for each service and category of streams that has something for it. */
  categories: ({ url, round, services }, handling) =>
    consumeWithClient(
      url,
      round,
      services.flatMap((service) =>
        categoriesOf(service).map((category) => ({ service, source: { kind: 'stream', stream: `$ce-${category}` } })),
      ),
      bareHabits,
      handling,
    ),
} as const satisfies Record<string, Way>

export type WayName = keyof typeof ways
