import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { startEventStore, type EventStore as Server } from 'eventstoredb-compatible-server/source'
import { anyGroupSettings, count, counted, numberIn } from '../../test/event-store/counting.ts'
import { startProxy } from '../../test/event-store/proxy.ts'
import { silentServer } from '../../test/support/broken-servers.ts'
import { rejection } from '../../test/support/rejection.ts'
import { untilTrue } from '../../test/support/until.ts'
import { connectEventStore, type EventStoreOptions } from './adapter.ts'
import { StoreUnavailable, type EventStore } from './port.ts'

describe('the event store adapter', () => {
  const cleanups: (() => Promise<unknown>)[] = []
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
  })

  const connect = async (options: EventStoreOptions): Promise<EventStore> => {
    const store = await connectEventStore(options)
    cleanups.push(() => store.dispose())
    return store
  }

  describe('with a server that dies and comes back', () => {
    let data: string
    let server: Server
    const restart = async () => {
      server = await startEventStore({ port: server.port, data })
    }
    beforeEach(async () => {
      data = await mkdtemp(join(tmpdir(), 'event-store-faults-'))
      server = await startEventStore({ port: 0, data })
      cleanups.push(async () => {
        await server.stop()
        await rm(data, { recursive: true, force: true })
      })
    })

    it('writes each append exactly once, whenever the server is killed', async () => {
      const store = await connect({ url: server.url, appendTimeoutMs: 500, patienceMs: 15_000 })
      const written = new Map<string, bigint>()
      const appends = (async () => {
        const writers = Array.from({ length: 8 }, async (_, writer) => {
          const stream = `faults-${writer}-${randomUUID()}`
          for (let n = 0; n < 40; n += 1) {
            const { revision } = await store.append(
              stream,
              [counted(2 * n), counted(2 * n + 1)],
              n === 0 ? 'no_stream' : BigInt(2 * n - 1),
            )
            expect(revision).to.equal(BigInt(2 * n + 1))
            written.set(stream, revision)
          }
        })
        await Promise.all(writers)
      })()
      const total = () => [...written.values()].reduce((sum, revision) => sum + Number(revision) + 1, 0)
      for (const mark of [60, 240, 420]) {
        await untilTrue(`${mark} are written`, () => total() >= mark, { everyMs: 2 })
        await server.kill()
        await restart()
      }
      await appends
      for (const [stream] of written) {
        const numbers: number[] = []
        for await (const { data: content } of store.readStream(stream)) numbers.push(numberIn(content))
        expect(numbers).to.deep.equal(Array.from({ length: 80 }, (_, n) => n))
      }
    })

    it('writes each of a crowd of large appends once when a connection stalls and breaks, and leaves nothing unhandled', async () => {
      const proxy = await startProxy(server.port)
      cleanups.push(async () => {
        proxy.close()
      })
      const warnings: string[] = []
      const store = await connect({
        url: proxy.url,
        appendTimeoutMs: 300,
        patienceMs: 15_000,
        warn: (message) => warnings.push(message),
      })
      await store.append('warm-up', [counted(0)], 'no_stream')
      proxy.stall()
      const large = (n: number) => counted(n, 'x'.repeat(20_000))
      const crowd = Promise.all(
        Array.from({ length: 100 }, (_, n) => store.append(`crowd-${n}`, [large(n)], 'no_stream')),
      )
      // Into the stall, before the time limit of an append: what piles up there shows nowhere from outside.
      await new Promise((resolve) => setTimeout(resolve, 100))
      proxy.cut()
      await crowd
      proxy.stall()
      const second = Promise.all(Array.from({ length: 100 }, (_, n) => store.append(`crowd-${n}`, [large(n)], 0n)))
      await second
      expect(warnings).to.include('the client for appends is replaced by a new one')
      for (let n = 0; n < 100; n += 1) expect(await count(store.readStream(`crowd-${n}`)), `crowd-${n}`).to.equal(2)
    })

    it('answers StoreUnavailable within its patience while the server is down, and works again by itself', async () => {
      const store = await connect({ url: server.url, patienceMs: 400 })
      await store.append('faults-1', [counted(0)], 'no_stream')
      await server.kill()
      for (const call of [
        () => store.append('faults-1', [counted(1)], 0n),
        () => count(store.readStream('faults-1')),
        () => store.probe(400),
      ]) {
        const start = Date.now()
        expect(await rejection(call())).to.be.instanceOf(StoreUnavailable)
        expect(Date.now() - start).to.be.below(900)
      }
      expect(await rejection(store.groupInfo('any'))).to.be.instanceOf(StoreUnavailable)
      expect(await rejection(store.connect('any', { bufferSize: 1 }))).to.be.instanceOf(StoreUnavailable)
      await restart()
      await store.append('faults-1', [counted(1)], 0n)
      expect(await count(store.readStream('faults-1'))).to.equal(2)
    })

    it('throws StoreUnavailable out of subscriptions that are cut off', async () => {
      const store = await connect({ url: server.url })
      await store.ensureGroup('cut', anyGroupSettings)
      const group = await store.connect('cut', { bufferSize: 10 })
      const drainedGroup = rejection(count(group.deliveries))
      const ready = Promise.withResolvers<void>()
      const subscription = (async () => {
        for await (const { kind } of store.subscribeToAll({
          after: 'start',
          streamPrefixes: ['x-'],
          signal: new AbortController().signal,
        })) {
          if (kind === 'caught_up') ready.resolve()
        }
      })()
      const drainedSubscription = rejection(subscription)
      await ready.promise
      await server.kill()
      expect(await drainedGroup).to.be.instanceOf(StoreUnavailable)
      expect(await drainedSubscription).to.be.instanceOf(StoreUnavailable)
      await group.ack([randomUUID()])
      await group.close()
      await restart()
    })

    it('starts without a server and says so', async () => {
      const { url } = server
      await server.kill()
      const warnings: string[] = []
      const store = await connect({ url, patienceMs: 5_000, warn: (message) => warnings.push(message) })
      expect(warnings).to.include('the event store does not answer yet')
      const append = store.append('faults-2', [counted(0)], 'no_stream')
      await restart()
      expect((await append).revision).to.equal(0n)
    })
  })

  describe('with a server that says nothing', () => {
    let url: string
    beforeEach(async () => {
      const silent = await silentServer()
      url = `esdb://127.0.0.1:${silent.port}?tls=false`
      cleanups.push(() => silent.close())
    })
    const limits = { appendTimeoutMs: 100, readTimeoutMs: 150, patienceMs: 500, closeTimeoutMs: 100 }

    it('gives up every kind of call in time', async () => {
      const store = await connect({ url, ...limits })
      const calls: readonly (() => Promise<unknown>)[] = [
        () => store.append('s', [counted(0)], 'no_stream'),
        () => count(store.readStream('s')),
        () => count(store.readAll()),
        () => store.headPosition(),
        () => store.probe(200),
        () => store.groupInfo('g'),
        () => store.ensureGroup('g', anyGroupSettings),
        () => store.updateGroup('g', anyGroupSettings),
        () => store.connect('g', { bufferSize: 1 }),
        () => count(store.parkedMessages('g')),
        () =>
          count(store.subscribeToAll({ after: 'start', streamPrefixes: ['x-'], signal: new AbortController().signal })),
      ]
      for (const call of calls) {
        const start = Date.now()
        expect(await rejection(call()), call.toString()).to.be.instanceOf(StoreUnavailable)
        expect(Date.now() - start, call.toString()).to.be.below(1_500)
      }
    })

    it('gives up when its caller does', async () => {
      const store = await connect({ url, ...limits, patienceMs: 60_000, appendTimeoutMs: 30_000, readTimeoutMs: 1_000 })
      for (const call of [
        (signal: AbortSignal) => store.append('s', [counted(0)], 'no_stream', { signal }),
        (signal: AbortSignal) => count(store.readStream('s', { signal })),
      ]) {
        const start = Date.now()
        expect(await rejection(call(AbortSignal.timeout(100)))).to.be.instanceOf(StoreUnavailable)
        expect(Date.now() - start).to.be.below(900)
      }
    })

    it('gives up a crowd of appends without anything left over, taking new clients meanwhile', async () => {
      const warnings: string[] = []
      const store = await connect({ url, ...limits, warn: (message) => warnings.push(message) })
      const start = Date.now()
      const errors = await Promise.all(
        Array.from({ length: 60 }, (_, n) => rejection(store.append(`s-${n}`, [counted(n)], 'no_stream'))),
      )
      for (const error of errors) expect(error).to.be.instanceOf(StoreUnavailable)
      expect(Date.now() - start).to.be.below(3_000)
      expect(warnings).to.include('the client for appends is replaced by a new one')
    })
  })
})
