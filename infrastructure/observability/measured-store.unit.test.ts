import { expect } from 'chai'
import {
  StoreUnavailable,
  VersionConflict,
  type Delivery,
  type EventStore,
  type StoredEvent,
} from '../event-store/port.ts'
import { measured } from './measured-store.ts'
import { createRegistry, type Registry } from './metrics.ts'

const event = (stream: string): StoredEvent => ({
  id: stream,
  stream,
  type: 'Happened',
  revision: 0n,
  position: { commit: 1n, prepare: 1n },
  created: new Date(0),
  data: {},
  metadata: {},
})

const given = async function* <Item>(...items: readonly Item[]): AsyncGenerator<Item, void, undefined> {
  yield* items
}

/** What the registry says of a metric, a line a series: `{labels} value`. */
const lines = async (registry: Registry, name: string): Promise<readonly string[]> =>
  (await registry.metrics())
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
    .map((line) => line.slice(name.length).replace(',service="test"', ''))

const measuredStore = (store: Partial<EventStore>) => {
  const registry = createRegistry({ service: 'test' })
  // What is not given is not called.
  return { store: measured(store as EventStore, registry), registry }
}

const all = async <Item>(items: AsyncIterable<Item>): Promise<readonly Item[]> => {
  const found: Item[] = []
  for await (const item of items) found.push(item)
  return found
}

describe('a measured store', () => {
  it('counts reads by category and whether anything was there, and the events they gave', async () => {
    const { store, registry } = measuredStore({
      readStream: (stream) => (stream === 'order-1' ? given(event(stream), event(stream)) : given()),
    })
    expect(await all(store.readStream('order-1'))).to.have.length(2)
    await all(store.readStream('order-2'))
    await all(store.readStream('stock-a'))
    expect(await lines(registry, 'event_store_reads_total')).to.have.members([
      '{category="order",outcome="events"} 1',
      '{category="order",outcome="nothing"} 1',
      '{category="stock",outcome="nothing"} 1',
    ])
    expect(await lines(registry, 'event_store_read_events_total')).to.have.members([
      '{category="order"} 2',
      '{category="stock"} 0',
    ])
  })

  it('counts a read that is left early, and one that fails', async () => {
    const { store, registry } = measuredStore({
      readStream: (stream) => given(event(stream), event(stream)),
      readAll: () =>
        (async function* (): AsyncGenerator<StoredEvent> {
          throw new StoreUnavailable('away')
        })(),
      headPosition: async () => undefined,
    })
    for await (const _ of store.readStream('order-1')) break
    await all(store.readAll()).then(
      () => expect.fail('it did not throw'),
      (error: unknown) => expect(error).to.be.instanceOf(StoreUnavailable),
    )
    await store.headPosition()
    expect(await lines(registry, 'event_store_reads_total')).to.have.members([
      '{category="order",outcome="events"} 1',
      '{category="$all",outcome="failed"} 1',
      '{category="$all",outcome="nothing"} 1',
    ])
    expect(await lines(registry, 'event_store_read_events_total')).to.have.members([
      '{category="order"} 1',
      '{category="$all"} 0',
    ])
  })

  it('counts appends by how they ended, and the events of those that succeeded', async () => {
    const { store, registry } = measuredStore({
      append: async (stream) => {
        if (stream === 'order-2') throw new VersionConflict(stream, 'no_stream')
        return { revision: 1n, position: undefined }
      },
    })
    const events = [
      { id: 'a', type: 'Happened', data: {}, metadata: {} },
      { id: 'b', type: 'Happened', data: {}, metadata: {} },
    ]
    await store.append('order-1', events, 'no_stream')
    await store.append('order-2', events, 'no_stream').then(
      () => expect.fail('it did not throw'),
      (error: unknown) => expect(error).to.be.instanceOf(VersionConflict),
    )
    expect(await lines(registry, 'event_store_append_duration_seconds_count')).to.have.members([
      '{service="test",category="order",outcome="appended"} 1',
      '{service="test",category="order",outcome="conflict"} 1',
    ])
    expect(await lines(registry, 'event_store_appended_events_total')).to.deep.equal(['{category="order"} 2'])
  })

  it('counts what a group is delivered, and what a catch-up subscription is', async () => {
    const delivery: Delivery = { about: event('order-1'), event: event('order-1'), ackId: 'a', retryCount: 0 }
    const { store, registry } = measuredStore({
      connect: async () => ({
        deliveries: given(delivery, delivery),
        ack: async () => undefined,
        park: async () => undefined,
        close: async () => undefined,
      }),
      subscribeToAll: () => given({ kind: 'event', event: event('order-1') } as const, { kind: 'caught_up' } as const),
    })
    const { deliveries } = await store.connect('payment', { bufferSize: 1 })
    expect(await all(deliveries)).to.have.length(2)
    expect(
      await all(store.subscribeToAll({ after: 'start', streamPrefixes: [], signal: new AbortController().signal })),
    ).to.have.length(2)
    expect(await lines(registry, 'event_store_deliveries_total')).to.deep.equal(['{group="payment"} 2'])
    expect(await lines(registry, 'event_store_catch_up_deliveries_total')).to.deep.equal(['{service="test"} 1'])
  })

  it('hands on for how long the head is waited for', async () => {
    const { signal } = new AbortController()
    const asked: unknown[] = []
    const { store } = measuredStore({
      headPosition: async (options) => {
        asked.push(options)
        return undefined
      },
    })
    await store.headPosition({ signal })
    expect(asked).to.deep.equal([{ signal }])
  })

  it('leaves the rest as it is, and lacks what the store lacks', () => {
    class Own {
      readonly #word = 'its own'
      append = async () => ({ revision: 0n, position: undefined })
      say() {
        return this.#word
      }
    }
    const store = measured(new Own(), createRegistry({ service: 'test' }))
    expect(store.say()).to.equal('its own')
    expect((store as Partial<EventStore>).readStream).to.equal(undefined)
  })
})
