import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { startControlledEventStore } from 'eventstoredb-compatible-server/source/testing'
import { anyConsumer } from '../../test/event-store/any-consumer.ts'
import { closedAfterEach } from '../../test/event-store/closed-after-each.ts'
import { counted, numberIn } from '../../test/event-store/counting.ts'
import { rejection } from '../../test/support/rejection.ts'
import { untilTrue } from '../../test/support/until.ts'
import { batches } from '../subscriptions/catch-up.ts'
import { pause } from '../time/waiting.ts'
import { StoreUnavailable, type EventStore } from './port.ts'

/** What is asked is service within two seconds; the rest is for a machine that does four other things. */
const withinMs = 2_000 + 2_000

/**
 * In milliseconds: so long that whoever waits between two attempts waits as long as it ever does. From 100 on doubled up to a second it is
 * there after 1.5.
 */
const outageMs = 2_500
const resubscribe = { firstMs: 100, capMs: 1_000 }

describe('a store', () => {
  const opening = closedAfterEach()

  /** Everybody who uses a store, by one adapter with its usual limits. */
  const users = async (store: EventStore) => {
    const [handled, followed]: [Set<number>, Set<number>] = [new Set(), new Set()]
    const consumer = anyConsumer(
      store,
      async ({ data }) => {
        handled.add(numberIn(data))
        return 'done'
      },
      { timing: { settleLimitMs: 1_000, resubscribe } },
    )
    const ending = new AbortController()
    const following = (async () => {
      for await (const { events } of batches({
        store,
        after: 'start',
        streamPrefixes: ['order-'],
        maxBatch: 100,
        maxLength: 1_000_000,
        maxLingerMs: 0,
        live: 0,
        signal: ending.signal,
        resubscribe,
      }))
        for (const { data } of events) followed.add(numberIn(data))
    })()
    opening.also(async () => {
      ending.abort()
      await Promise.all([following, consumer.drain()])
    })
    await store.append('order-1', [counted(0)], 'no_stream')
    await untilTrue('the first event has come to all', () => handled.has(0) && followed.has(0))
    return { handled, followed }
  }

  /** A server that keeps what it has on disk, and what stands before it. */
  const world = async () => {
    const data = await mkdtemp(join(tmpdir(), 'service-again-'))
    let server = await startControlledEventStore({ port: 0, data })
    opening.also(async () => {
      await server.stop()
      await rm(data, { recursive: true, force: true })
    })
    return {
      proxy: await opening.proxy(server.port),
      kill: () => server.kill(),
      restart: async () => {
        server = await startControlledEventStore({ port: server.port, data })
      },
      faults: () => server.faults,
    }
  }
  type World = Awaited<ReturnType<typeof world>>

  /** From the moment on at which the store is back. */
  const isServedAgain = async (
    { handled, followed }: Awaited<ReturnType<typeof users>>,
    asked: readonly Promise<unknown>[],
  ): Promise<void> => {
    const limit = AbortSignal.timeout(withinMs)
    await Promise.all(asked)
    await untilTrue('what was appended has come to all', () => handled.has(1) && followed.has(1), { everyMs: 10 })
    expect(limit.aborted, `it has taken more than ${withinMs} ms`).to.equal(false)
  }

  const outages: readonly (readonly [what: string, away: (of: World) => unknown, back: (of: World) => unknown])[] = [
    ['from a silence in which connections are taken', ({ proxy }) => proxy.silence(), ({ proxy }) => proxy.speak()],
    [
      'from a silence in which every connection was lost',
      ({ proxy }) => proxy.silence(),
      ({ proxy }) => {
        proxy.cut()
        proxy.speak()
      },
    ],
    ['from where connections were refused', ({ proxy }) => proxy.refuse(), ({ proxy }) => proxy.accept()],
    ['from having been killed', ({ kill }) => kill(), ({ restart }) => restart()],
  ]
  for (const [what, away, back] of outages)
    it(`${what} is appended to, read, consumed and followed again`, async () => {
      const of = await world()
      const store = await opening.adapter({ url: of.proxy.url })
      const all = await users(store)
      await away(of)
      const asked = [store.append('order-2', [counted(1)], 'no_stream'), store.lastEvents('order-1', 1)]
      await pause(outageMs)
      expect(all.handled.has(1)).to.equal(false)
      await back(of)
      await isServedAgain(all, asked)
    })

  it('whose connections are lost without a word is appended to and read by new ones', async () => {
    const of = await world()
    const store = await opening.adapter({ url: of.proxy.url, appendTimeoutMs: 100, readTimeoutMs: 200 })
    await store.append('order-1', [counted(0)], 'no_stream')
    expect(await store.lastEvents('order-1', 1)).to.have.length(1)
    of.proxy.stall()
    expect((await store.append('order-1', [counted(1)], 0n)).revision).to.equal(1n)
    expect(await store.lastEvents('order-1', 9)).to.have.length(2)
    of.proxy.stall()
    const asked = () => store.groupInfo('order')
    for (let n = 0; n < 2; n += 1) expect(await rejection(asked())).to.be.instanceOf(StoreUnavailable)
    expect(await asked()).to.equal(undefined)
  })

  const internal = 13
  const hiccups: readonly (readonly [what: string, strike: (of: World) => unknown])[] = [
    [
      'that has ended every call with INTERNAL',
      ({ faults }) => {
        for (const call of ['append', 'read', 'consume'] as const) faults().endWith(call, internal, 'once')
      },
    ],
    [
      'that has cut every connection, and answers every kind of call with INTERNAL once',
      ({ faults }) => {
        for (const call of ['features', 'append', 'read', 'consume', 'groups'] as const)
          faults().refuse(call, internal, 'once')
        faults().dropConnections()
      },
    ],
    ['that has closed every connection from its side', ({ proxy }) => proxy.halfClose()],
  ]
  for (const [what, strike] of hiccups)
    it(`${what} is appended to, read, consumed and followed again`, async () => {
      const of = await world()
      const store = await opening.adapter({ url: of.proxy.url })
      const all = await users(store)
      await strike(of)
      await isServedAgain(all, [store.append('order-2', [counted(1)], 'no_stream'), store.lastEvents('order-1', 1)])
    })
})
