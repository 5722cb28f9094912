import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { connectEventStore } from '../../infrastructure/event-store/adapter.ts'
import {
  VersionConflict,
  type EventStore,
  type EventToStore,
  type StoredEvent,
} from '../../infrastructure/event-store/port.ts'
import { testEventStore, type TestEventStore } from '../support/event-store.ts'

export const event = (n: number, id: string = randomUUID()): EventToStore => ({
  id,
  type: 'Counted',
  data: { n },
  metadata: { by: 'test' },
})
export const events = (count: number) => Array.from({ length: count }, (_, n) => event(n))

export const collect = async <Item>(items: AsyncIterable<Item>): Promise<Item[]> => {
  const all: Item[] = []
  for await (const item of items) all.push(item)
  return all
}

export const numbers = (stored: readonly StoredEvent[]) => stored.map(({ data }) => (data as { n: number }).n)
export const conflict = async (promise: Promise<unknown>) =>
  promise.then(
    () => expect.fail('it should have been a conflict'),
    (error: unknown) => {
      expect(error).to.be.instanceOf(VersionConflict)
    },
  )

/** Polls until `check` stops failing. */
export const eventually = async (check: () => Promise<void>, limitMs = 8_000): Promise<void> => {
  const giveUpAt = Date.now() + limitMs
  for (;;) {
    try {
      await check()
      return
    } catch (error) {
      if (Date.now() > giveUpAt) throw error
      await new Promise((resolve) => setTimeout(resolve, 25))
    }
  }
}

/**
 * A store for the tests of a suite, through the real client. Nothing of what is survived with a warning may happen in them.
 */
export const storeForSuite = (
  cleanUp: (url: string) => Promise<void> = async () => undefined,
): { readonly store: () => EventStore; readonly url: () => string } => {
  let server: TestEventStore
  let store: EventStore
  const warnings: string[] = []
  before(async function () {
    this.timeout(60_000)
    server = await testEventStore()
    store = await connectEventStore({
      url: server.url,
      warn: (message, error) => warnings.push(`${message}: ${String(error)}`),
    })
    // A server that has just begun may serve its groups a little later than its streams.
    await eventually(async () => {
      await store.groupInfo('nobody')
    }, 30_000)
  })
  after(async () => {
    await cleanUp(server.url)
    await store.dispose()
    await server.stop()
    expect(warnings).to.deep.equal([])
  })
  return { store: () => store, url: () => server.url }
}

export const newStream = (category = 'contract'): string => `${category}-${randomUUID()}`
