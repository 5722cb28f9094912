import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import type { ServerByCommand } from 'eventstoredb-compatible-server/source/testing/any-server'
import { connectEventStore } from '../../infrastructure/event-store/adapter.ts'
import {
  StoreUnavailable,
  type EventStore,
  type GroupSettings,
  type StoredEvent,
} from '../../infrastructure/event-store/port.ts'
import { ownEventStore } from '../support/event-store.ts'
import { onOwnEventStore } from '../support/own-event-store-only.ts'
import { until } from '../support/until.ts'
import { deleteGroups } from './delete-groups.ts'
import { collect, event, events, newStream, numbers } from './store-for-suite.ts'

const ends = [
  ['killed', 'kill'],
  ['stopped', 'stop'],
] as const

/** What the adapter makes of a server that goes away and comes back, seen by one who keeps to the same adapter all the time. */
describe('an event store that goes away and comes back', function () {
  this.timeout(180_000)
  let server: ServerByCommand | undefined
  let store: EventStore | undefined
  after(async () => {
    await store?.dispose()
    await server?.close()
  })

  const running = async (): Promise<{ readonly server: ServerByCommand; readonly store: EventStore }> => {
    server ??= await ownEventStore()
    store ??= await connectEventStore({ url: server.url })
    return { server, store }
  }
  const again = { limitMs: 60_000, everyMs: 200 }
  /** Asks again for as long as the store is away. */
  const append = (to: EventStore, stream: string, n: number) => {
    const written = event(n)
    return until(
      `event ${n} is written`,
      () => to.append(stream, [written], n === 0 ? 'no_stream' : BigInt(n - 1)),
      again,
    )
  }
  const failureOf = (promise: Promise<unknown>) =>
    promise.then(
      () => 'nothing',
      (error: unknown) => error,
    )

  for (const [what, how] of ends) {
    onOwnEventStore(
      `an event store whose server is ${what} has each event once and in order, whatever was under way`,
      async () => {
        const { server: its, store: own } = await running()
        const stream = newStream()
        await append(own, stream, 0)
        const writing = (async () => {
          for (let n = 1; n < 60; n += 1) await append(own, stream, n)
        })()
        await until(
          'some are written',
          async () => ((await collect(own.readStream(stream))).length > 5 ? true : undefined),
          again,
        )
        await its[how]()
        await its.start()
        await writing
        const stored = await collect(own.readStream(stream))
        expect(numbers(stored)).to.deep.equal(Array.from({ length: 60 }, (_, n) => n))
        expect(stored.map(({ revision }) => revision)).to.deep.equal(stored.map((_, n) => BigInt(n)))
      },
    )

    onOwnEventStore(
      `an event store whose server is ${what} ends a subscription with an error, and the next one goes on behind what was seen`,
      async () => {
        const { server: its, store: own } = await running()
        const category = `restart${randomUUID().slice(0, 8)}`
        const stream = newStream(category)
        for (const n of [0, 1, 2]) await append(own, stream, n)
        const seen: StoredEvent[] = []
        const ending = new AbortController()
        const follow = async (enough: number): Promise<void> => {
          for await (const message of own.subscribeToAll({
            after: seen.at(-1)?.position ?? 'start',
            streamPrefixes: [`${category}-`],
            signal: ending.signal,
          })) {
            if (message.kind === 'event') seen.push(message.event)
            if (seen.length === enough) ending.abort()
          }
        }
        const following = failureOf(follow(5))
        await until('all are seen', () => (seen.length === 3 ? true : undefined), again)
        await its[how]()
        expect(await following).to.be.instanceOf(StoreUnavailable)
        await its.start()
        for (const n of [3, 4]) await append(own, stream, n)
        await until(
          'it can be followed again',
          async () => {
            await follow(5)
            return true
          },
          again,
        )
        expect(numbers(seen)).to.deep.equal([0, 1, 2, 3, 4])
      },
    )

    onOwnEventStore(
      `an event store whose server is ${what} gives a group again what it has not acknowledged`,
      async () => {
        const { server: its, store: own } = await running()
        const group = `restart-${randomUUID()}`
        const stream = newStream()
        const settings: GroupSettings = {
          messageTimeoutMs: 30_000,
          maxRetryCount: 1_000_000,
          checkPointLowerBound: 1,
          checkPointUpperBound: 1_000,
          checkPointAfterMs: 200,
          readBatchSize: 100,
          historyBufferSize: 500,
          liveBufferSize: 500,
        }
        await until(
          'the group is there',
          async () => {
            await own.ensureGroup(group, settings)
            return true
          },
          again,
        )
        await own.append(stream, events(3), 'no_stream')
        /** Acknowledges all but ours from `held` on; ends when it has seen the last. */
        const take = async (held: number, taken: number[]): Promise<void> => {
          const connection = await own.connect(group, { bufferSize: 100 })
          try {
            for await (const { event: given, ackId } of connection.deliveries) {
              const [n] = given?.stream === stream ? numbers([given]) : []
              if (n === undefined || n < held) await connection.ack([ackId])
              if (n !== undefined) taken.push(n)
              if (n === 2 && held === 3) return
            }
          } finally {
            await connection.close()
          }
        }
        const first: number[] = []
        const taking = failureOf(take(1, first))
        await until('all are held', () => (first.length === 3 ? true : undefined), again)
        await its[how]()
        await taking
        await its.start()
        const second: number[] = []
        await until(
          'the group is given out again',
          async () => {
            await take(3, second)
            return second.includes(2) ? true : undefined
          },
          again,
        )
        expect(first).to.deep.equal([0, 1, 2])
        // What was acknowledged may come again; what was not, must.
        expect(second).to.include.members([1, 2])
        await deleteGroups(its.url, [group])
      },
    )
  }
})
