import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { startEventStore, type EventStore as Server } from 'eventstoredb-compatible-server/source'
import { settings } from '../../test/subscriptions/consumer-under-test.ts'
import { until } from '../../test/support/until.ts'
import { connectEventStore } from '../event-store/adapter.ts'
import type { EventStore, StoredEvent } from '../event-store/port.ts'
import type { ConsumerObserver } from './consumer-options.ts'
import { consumeGroup, type GroupConsumer } from './persistent.ts'

type Replica = { readonly store: EventStore; readonly consumer: GroupConsumer }

describe('replicas that consume one group', () => {
  let data: string
  let server: Server
  let writer: EventStore
  const replicas = new Set<Replica>()

  beforeEach(async () => {
    data = await mkdtemp(join(tmpdir(), 'replicas-'))
    server = await startEventStore({ port: 0, data })
    writer = await connectEventStore({ url: server.url })
  })
  afterEach(async () => {
    for (const { consumer, store } of replicas) {
      await consumer.drain()
      await store.dispose()
    }
    replicas.clear()
    await writer.dispose()
    await server.stop()
    await rm(data, { recursive: true, force: true })
  })

  const replica = async (
    handle: (event: StoredEvent) => Promise<void>,
    {
      messageTimeoutMs = settings.messageTimeoutMs,
      observe,
    }: { messageTimeoutMs?: number; observe?: ConsumerObserver } = {},
  ): Promise<Replica> => {
    const store = await connectEventStore({ url: server.url })
    const consumer = consumeGroup({
      store,
      group: 'order',
      settings: { ...settings, messageTimeoutMs },
      bufferSize: 50,
      maxRunning: 8,
      timing: { resubscribe: { firstMs: 20, capMs: 200 } },
      handlerVersion: '1',
      keyOf: ({ stream }) => stream,
      isOurs: ({ stream }) => stream.startsWith('order-'),
      handle: async (event) => {
        await handle(event)
        return 'done'
      },
      isStoreAway: () => false,
      isPassing: () => false,
      probe: () => store.probe(1_000),
      ...(observe === undefined ? {} : { observe }),
    })
    const own = { store, consumer }
    replicas.add(own)
    return own
  }
  const running = ({ consumer }: Replica) =>
    until('it consumes', () => (consumer.status().state === 'running' ? true : undefined))
  const append = (stream: string) =>
    writer.append(stream, [{ id: randomUUID(), type: 'Counted', data: {}, metadata: {} }], 'no_stream')
  /** What a handler takes: without it nothing would be under way when a replica is stopped. */
  const workMs = 3
  const work = () => new Promise((resolve) => setTimeout(resolve, workMs))

  it('share the work, and when one dies the other has all of it', async () => {
    const byWhom = [new Set<string>(), new Set<string>()]
    const first = await replica(async ({ stream }) => {
      await work()
      byWhom[0]?.add(stream)
    })
    const second = await replica(async ({ stream }) => {
      await work()
      byWhom[1]?.add(stream)
    })
    for (const own of [first, second]) await running(own)
    for (let n = 0; n < 100; n += 1) await append(`order-${n}`)
    // Without a word: its connection breaks, as it does when the process is killed.
    await first.store.dispose()
    for (let n = 100; n < 200; n += 1) await append(`order-${n}`)
    await until('all are handled', () =>
      new Set([...(byWhom[0] ?? []), ...(byWhom[1] ?? [])]).size === 200 ? true : undefined,
    )
    expect(byWhom[0]?.size).to.be.within(20, 100)
    expect(byWhom[1]?.size).to.be.at.least(100)
    await second.consumer.drain()
  })

  it('restarted in turn under load, handle hardly any event twice, and lose none', async () => {
    const handled = new Map<string, number>()
    const handle = async ({ stream }: StoredEvent) => {
      await work()
      handled.set(stream, (handled.get(stream) ?? 0) + 1)
    }
    const events = 2_000
    const turns: Replica[] = [await replica(handle), await replica(handle)]
    for (const own of turns) await running(own)
    let written = 0
    const writing = (async () => {
      while (written < events) {
        await Promise.all(Array.from({ length: 10 }, () => append(`order-${(written += 1)}`)))
      }
    })()
    let restarts = 0
    while (written < events) {
      const [oldest] = turns
      if (oldest === undefined) expect.fail('no replica')
      await oldest.consumer.drain()
      await oldest.store.dispose()
      turns.shift()
      const next = await replica(handle)
      await running(next)
      turns.push(next)
      restarts += 1
    }
    await writing
    await until('all are handled', () => (handled.size === events ? true : undefined))
    for (const { consumer } of turns) await consumer.drain()
    const twice = [...handled.values()].filter((times) => times > 1).length
    expect(restarts).to.be.at.least(3)
    expect(twice, `of ${events}, in ${restarts} restarts`).to.be.at.most(events / 1_000)
    const info = await writer.groupInfo('order')
    expect([info?.parked, info?.inFlight]).to.deep.equal([0, 0])
  })

  it('do not start an event a second time while it runs, though the server gives it again meanwhile', async () => {
    let [side, most, starts] = [0, 0, 0]
    const ended = Promise.withResolvers<undefined>()
    let heldBack = 0
    const own = await replica(
      async () => {
        starts += 1
        side += 1
        most = Math.max(most, side)
        await ended.promise
        side -= 1
      },
      { messageTimeoutMs: 1_000, observe: { heldBack: () => (heldBack += 1) } },
    )
    await running(own)
    await append('order-slow')
    await until('the server has given it again twice', () => (heldBack >= 2 ? true : undefined))
    ended.resolve(undefined)
    await until('it has come to its end', () => (side === 0 ? true : undefined))
    await own.consumer.drain()
    expect([starts, most]).to.deep.equal([1, 1])
    expect((await writer.groupInfo('order'))?.inFlight).to.equal(0)
  })
})
