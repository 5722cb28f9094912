import { randomUUID } from 'node:crypto'
import { StoreUnavailable, type EventStore, type StoredEvent } from '../../infrastructure/event-store/port.ts'
import type { Position } from '../../infrastructure/event-store/position.ts'
import type { GroupConsumer } from '../../infrastructure/subscriptions/group-consumer.ts'
import type { Outcome } from '../../infrastructure/subscriptions/outcome.ts'
import { consumeGroup } from '../../infrastructure/subscriptions/persistent.ts'
import { groupSettings, keyOf } from '../../processors/groups.ts'

/** A group as the processors consume it, but of few messages at a time, so that others wait in the server; of streams with this prefix. */
export const consume = (
  store: EventStore,
  group: string,
  prefix: string,
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
    isOurs: ({ stream }) => stream.startsWith(prefix),
    handle,
    isStoreAway: (error) => error instanceof StoreUnavailable,
    isPassing: () => false,
    probe: () => store.probe(1_000),
  })

/** Streams of one event each, with some other event behind each; answers where the last of all is. */
export const write = async (store: EventStore, streams: readonly string[]): Promise<Position> => {
  const append = async (stream: string) =>
    (await store.append(stream, [{ id: randomUUID(), type: 'Happened', data: {}, metadata: {} }], 'any')).position
  const other = `other-${randomUUID()}`
  let last: Position | undefined
  for (const stream of streams) {
    await append(stream)
    last = await append(other)
  }
  if (last === undefined) throw new Error('nothing was written, or nobody knows where')
  return last
}

/** Streams whose events are parked now. */
export const parked = async (store: EventStore, group: string): Promise<readonly string[]> => {
  const found: string[] = []
  for await (const { event } of store.parkedMessages(group)) if (event !== undefined) found.push(event.stream)
  return found
}
