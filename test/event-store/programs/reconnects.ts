import { getEventListeners, once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { getSubchannelPool } from '@grpc/grpc-js/build/src/subchannel-pool.js'
import { connectEventStore } from '../../../infrastructure/event-store/adapter.ts'
import { batches } from '../../../infrastructure/subscriptions/catch-up.ts'
import { untilTrue } from '../../support/until.ts'
import { anyConsumer } from '../any-consumer.ts'
import { count, counted, numberIn } from '../counting.ts'
import type { Strike } from './faulty-server.ts'

/** What a process holds at one moment. */
export type Holding = {
  readonly reconnects: number
  /** Sockets, timers and the like, by the runtime's names for them. */
  readonly resources: Readonly<Record<string, number>>
  readonly listeners: number
  /** At the server. */
  readonly calls: number
  readonly connections: number
  readonly heapBytes: number
}

/**
 * Run as a program, with `--expose-gc`: `reconnects.ts <rounds>`. In each round a group's consumer and a catch-up lose their call in one of
 * four ways, are there again, and see what is appended then. Writes what is held after a tenth of the rounds, and at the end, as JSON.
 */
const rounds = Number(process.argv[2])
const server = new Worker(new URL('./faulty-server.ts', import.meta.url))
const [{ url }] = (await once(server, 'message')) as [{ url: string }]
/** One at a time: the next message is the answer. */
const tell = async (what: Strike | 'count'): Promise<{ readonly calls: number; readonly connections: number }> => {
  const answer = once(server, 'message')
  server.postMessage(what)
  const [counts] = (await answer) as [{ calls: number; connections: number }]
  return counts
}
const store = await connectEventStore({ url })
const resubscribe = { firstMs: 1, capMs: 5 }
let [handled, followed, reconnects] = [-1, -1, 0]
const reconnected = () => {
  reconnects += 1
}

const consumer = anyConsumer(
  store,
  async ({ data }) => {
    handled = Math.max(handled, numberIn(data))
    return 'done'
  },
  { timing: { resubscribe, ackLingerMs: 1, beforeUnsubscribeMs: 1 }, observe: { dropped: reconnected } },
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
    onDropped: reconnected,
  }))
    for (const { data } of events) followed = Math.max(followed, numberIn(data))
})()

const strikes: readonly Strike[] = [
  'end with UNAVAILABLE',
  'end with INTERNAL',
  'end in good order',
  'drop connections',
]

const holding = async (): Promise<Holding> => {
  // The call for appends, the consumer's and the catch-up's. What is over, and clients that are being closed, may take a moment.
  await untilTrue('only what goes on is under way', async () => (await tell('count')).calls === 3)
  await untilTrue('the connections of closed clients are gone', async () => (await tell('count')).connections <= 4)
  // gRPC does this every ten seconds: until then it keeps what it has known of closed connections.
  getSubchannelPool(true).unrefUnusedSubchannels()
  // Twice: what is only held for its end is let go by the second.
  for (let n = 0; n < 2; n += 1) {
    await gc?.({ type: 'major', execution: 'async', flavor: 'last-resort' })
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  const resources: Record<string, number> = {}
  for (const name of process.getActiveResourcesInfo()) resources[name] = (resources[name] ?? 0) + 1
  return {
    reconnects,
    resources,
    listeners:
      getEventListeners(ending.signal, 'abort').length +
      process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0),
    ...(await tell('count')),
    heapBytes: process.memoryUsage().heapUsed,
  }
}

let before: Holding | undefined
for (let n = 0; n < rounds; n += 1) {
  if (n === Math.ceil(rounds / 10)) before = await holding()
  await untilTrue('both are there', async () => (await tell('count')).calls >= (n === 0 ? 2 : 3), { everyMs: 1 })
  await tell(strikes[n % strikes.length] ?? 'drop connections')
  await store.append(`order-${n}`, [counted(n)], 'no_stream')
  await untilTrue('both have seen it', () => handled >= n && followed >= n, { everyMs: 1 })
  await count(store.readStream(`order-${n}`))
}
const after = await holding()
process.stdout.write(`${JSON.stringify({ before, after })}\n`)
ending.abort()
await Promise.all([following, consumer.drain()])
await store.dispose()
await server.terminate()
process.exit(0)
