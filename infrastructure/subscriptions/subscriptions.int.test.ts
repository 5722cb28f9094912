import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { startEventStore, type EventStore as Server } from 'eventstoredb-compatible-server/source'
import { anyGroupSettings, counted } from '../../test/event-store/counting.ts'
import { untilTrue } from '../../test/support/until.ts'
import { connectEventStore } from '../event-store/adapter.ts'
import { StoreUnavailable, type EventStore } from '../event-store/port.ts'
import { batches } from './catch-up.ts'
import type { Outcome } from './outcome.ts'
import { consumeGroup } from './persistent.ts'

const timing = { settleLimitMs: 1_000, resubscribe: { firstMs: 20, capMs: 200 } }

describe('subscriptions to a server that dies and comes back', () => {
  let data: string
  let server: Server
  let store: EventStore
  const restart = async () => {
    await server.kill()
    server = await startEventStore({ port: server.port, data })
  }

  beforeEach(async () => {
    data = await mkdtemp(join(tmpdir(), 'subscriptions-'))
    server = await startEventStore({ port: 0, data })
    store = await connectEventStore({ url: server.url, patienceMs: 10_000, appendTimeoutMs: 500 })
  })
  afterEach(async () => {
    await store.dispose()
    await server.stop()
    await rm(data, { recursive: true, force: true })
  })

  /** Twenty streams of ten events, one event at a time. */
  const write = async () => {
    await Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        for (let n = 0; n < 10; n += 1) {
          await store.append(`order-${index}`, [counted(n)], n === 0 ? 'no_stream' : BigInt(n - 1))
        }
      }),
    )
  }

  it("a group's events are all handled, one key's in order, and nothing is parked", async () => {
    const handled = new Map<string, bigint[]>()
    const running = new Set<string>()
    let overlaps = 0
    let total = 0
    const consumer = consumeGroup({
      store,
      group: 'order',
      settings: anyGroupSettings,
      bufferSize: 50,
      maxRunning: 8,
      timing,
      handlerVersion: '1',
      keyOf: ({ stream }) => stream,
      isOurs: ({ stream }) => stream.startsWith('order-'),
      async handle({ stream, revision }): Promise<Outcome> {
        if (running.has(stream)) overlaps += 1
        running.add(stream)
        // It takes its time: two of one stream that are not kept apart overlap in it.
        await new Promise((resolve) => setTimeout(resolve, 5))
        // As a handler would, it asks the store, which may be away.
        for await (const _ of store.readStream(stream, { limit: 1 })) break
        running.delete(stream)
        handled.set(stream, [...(handled.get(stream) ?? []), revision])
        total += 1
        return 'done'
      },
      isStoreAway: (error) => error instanceof StoreUnavailable,
      isPassing: () => false,
      probe: () => store.probe(1_000),
    })
    const writing = write()
    for (const mark of [40, 120]) {
      await untilTrue(`${mark} are handled`, () => total >= mark, { everyMs: 5 })
      await restart()
    }
    await writing
    const distinct = () => [...handled.values()].reduce((sum, revisions) => sum + new Set(revisions).size, 0)
    await untilTrue('all are handled', () => distinct() === 200)
    await consumer.drain()
    expect(consumer.status().state).to.equal('stopped')
    for (const [stream, revisions] of handled) {
      const firstTimes = revisions.filter((revision, index) => revisions.indexOf(revision) === index)
      expect(firstTimes, stream).to.deep.equal(Array.from({ length: 10 }, (_, n) => BigInt(n)))
    }
    expect(overlaps).to.equal(0)
    const info = await store.groupInfo('order')
    expect([info?.parked, info?.inFlight, info?.connections]).to.deep.equal([0, 0, 0])
  })

  it('a poisoned event is parked, and what a drained consumer has done does not come again', async () => {
    const seen: string[] = []
    const start = () =>
      consumeGroup({
        store,
        group: 'order',
        settings: anyGroupSettings,
        bufferSize: 50,
        maxRunning: 8,
        timing,
        handlerVersion: '1',
        keyOf: ({ stream }) => stream,
        isOurs: ({ stream }) => stream.startsWith('order-'),
        async handle({ stream }) {
          seen.push(stream)
          return stream === 'order-7' ? { park: { code: 'poison', message: 'no amount' } } : 'done'
        },
        isStoreAway: () => false,
        isPassing: () => false,
        probe: () => store.probe(1_000),
      })
    const first = start()
    const append = (stream: string) => store.append(stream, [counted(0)], 'no_stream')
    for (let index = 0; index < 10; index += 1) await append(`order-${index}`)
    await untilTrue('all have been seen', () => seen.length === 10)
    await first.drain()
    const second = start()
    await append('order-last')
    await untilTrue('the last has been seen', () => seen.includes('order-last'))
    await second.drain()
    expect(seen).to.have.length(11)
    const letters: unknown[] = []
    for await (const { event, reason } of store.parkedMessages('order'))
      letters.push([event?.stream, JSON.parse(reason)])
    expect(letters).to.deep.equal([
      ['order-7', { code: 'poison', message: 'no amount', attempts: 1, handlerVersion: '1' }],
    ])
  })

  it('batches hold every event once and in order', async () => {
    const ending = new AbortController()
    const seen: string[] = []
    let drops = 0
    const reading = (async () => {
      for await (const { events } of batches({
        store,
        after: 'start',
        streamPrefixes: ['order-'],
        maxBatch: 20,
        maxLength: 1_000_000,
        maxLingerMs: 0,
        live: 0,
        signal: ending.signal,
        resubscribe: { firstMs: 20, capMs: 200 },
        onDropped: () => {
          drops += 1
        },
      })) {
        for (const { stream, revision } of events) seen.push(`${stream}@${revision}`)
        if (seen.length >= 200) ending.abort()
      }
    })()
    const writing = write()
    for (const mark of [20, 120]) {
      await untilTrue(`${mark} have come`, () => seen.length >= mark, { everyMs: 5 })
      await restart()
    }
    await writing
    await reading
    expect(drops).to.be.at.least(2)
    const log: string[] = []
    for await (const { stream, revision } of store.readAll())
      if (stream.startsWith('order-')) log.push(`${stream}@${revision}`)
    expect(log).to.have.length(200)
    expect(seen).to.deep.equal(log)
  })
})
