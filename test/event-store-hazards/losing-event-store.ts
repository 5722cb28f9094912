import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EventStoreDBClient } from '@eventstore/db-client'
import { startEventStore } from 'eventstoredb-compatible-server/source'
import { connectEventStore } from '../../infrastructure/event-store/adapter.ts'
import { StoreUnavailable, type EventStore, type StoredEvent } from '../../infrastructure/event-store/port.ts'
import type { Position } from '../../infrastructure/event-store/position.ts'
import type { GroupConsumer } from '../../infrastructure/subscriptions/group-consumer.ts'
import type { Outcome } from '../../infrastructure/subscriptions/outcome.ts'
import { consumeGroup } from '../../infrastructure/subscriptions/persistent.ts'
import { groupSettings, keyOf } from '../../processors/groups.ts'

/** An event store that loses messages at a restart as a real one does. */
export type LosingEventStore = {
  readonly store: EventStore
  /** The official client, for what the shop never asks for. */
  readonly client: EventStoreDBClient
  kill(): Promise<void>
  start(): Promise<void>
  close(): Promise<void>
}

export const startLosingEventStore = async (): Promise<LosingEventStore> => {
  const data = await mkdtemp(join(tmpdir(), 'losing-event-store-'))
  const launch = (port: number) => startEventStore({ port, data, losesMessages: true })
  let server = await launch(0)
  const store = await connectEventStore({ url: server.url, patienceMs: 10_000, appendTimeoutMs: 500 })
  const client = EventStoreDBClient.connectionString(server.url)
  return {
    store,
    client,
    kill: () => server.kill(),
    async start() {
      server = await launch(server.port)
    },
    async close() {
      await client.dispose()
      await store.dispose()
      await server.stop()
      await rm(data, { recursive: true, force: true })
    },
  }
}

/** A group as the processors consume it, but of few messages at a time, so that others wait in the server. */
export const consume = (
  store: EventStore,
  group: string,
  handle: (event: StoredEvent) => Promise<Outcome>,
): GroupConsumer =>
  consumeGroup({
    store,
    group,
    settings: groupSettings,
    bufferSize: 16,
    maxRunning: 16,
    handlerVersion: '1',
    timing: { settleLimitMs: 1_000, resubscribe: { firstMs: 20, capMs: 200 } },
    keyOf,
    isOurs: ({ stream }) => stream.startsWith('order-'),
    handle,
    isStoreAway: (error) => error instanceof StoreUnavailable,
    isPassing: () => false,
    probe: () => store.probe(1_000),
  })

/** Orders of these names, of one event each, with some other event behind each; answers where the last of all is. */
export const write = async (store: EventStore, names: readonly string[]): Promise<Position> => {
  const append = async (stream: string) =>
    (await store.append(stream, [{ id: randomUUID(), type: 'Happened', data: {}, metadata: {} }], 'any')).position
  let last: Position | undefined
  for (const name of names) {
    await append(`order-${name}`)
    last = await append('product-1')
  }
  if (last === undefined) throw new Error('nothing was written, or nobody knows where')
  return last
}

/** Orders that are parked now. */
export const parked = async (store: EventStore, group: string): Promise<readonly string[]> => {
  const found: string[] = []
  for await (const { event } of store.parkedMessages(group)) if (event !== undefined) found.push(event.stream)
  return found
}
