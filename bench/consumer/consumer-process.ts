// Consumes when it is told to, and says how much time it took:
// `node bench/consumer/consumer-process.ts <way> <handler ms> <url> <services>`
import { setTimeout as wait } from 'node:timers/promises'
import { percentile } from 'eventstoredb-compatible-server/source/bench/statistics'
import { connectEventStore } from '../../infrastructure/event-store/adapter.ts'
import type { ServiceName } from '../../processors/services.ts'
import { monotonicNow } from './monotonic-now.ts'
import { ways, type WayName } from './ways.ts'

/** `start`: a new round with groups of its own. `expect`: answered when so many more have been handled. `quiet`: when nothing comes. */
export type ToConsumer =
  | { readonly kind: 'start'; readonly round: string }
  | { readonly kind: 'expect'; readonly wanted: number }
  | { readonly kind: 'quiet' | 'memory' | 'stop' | 'exit' }

/** Processor time and delays in milliseconds, deliveries by number: since `expect` came. Memory in bytes, the heap without its garbage. */
export type FromConsumer =
  | { readonly kind: 'ready' | 'started' | 'quiet' }
  | { readonly kind: 'stopped'; readonly deliveries: number }
  | { readonly kind: 'memory'; readonly heap: number; readonly resident: number }
  | { readonly kind: 'handled'; readonly processorMs: number; readonly delayP50: number; readonly delayP99: number }

const [way = '', handlerMs = '0', url = '', services = ''] = process.argv.slice(2)
const say = (message: FromConsumer) => process.send?.(message)
const store = await connectEventStore({ url })
let handled = 0
let deliveries = 0
let delays: number[] = []
let expected: { readonly count: number; readonly since: NodeJS.CpuUsage } | undefined
let round = { stop: async (): Promise<void> => undefined }

const tell = () => {
  if (expected === undefined || handled < expected.count) return
  const { user, system } = process.cpuUsage(expected.since)
  handled -= expected.count
  expected = undefined
  say({
    kind: 'handled',
    processorMs: (user + system) / 1_000,
    delayP50: percentile(delays, 0.5),
    delayP99: percentile(delays, 0.99),
  })
}

const appendedAtOf = (metadata: unknown): number | undefined =>
  typeof metadata === 'object' &&
  metadata !== null &&
  'appendedAt' in metadata &&
  typeof metadata.appendedAt === 'number'
    ? metadata.appendedAt
    : undefined

const handling = {
  delivered() {
    deliveries += 1
  },
  async handle(metadata: unknown) {
    const appendedAt = appendedAtOf(metadata)
    if (appendedAt !== undefined) delays.push(monotonicNow() - appendedAt)
    if (handlerMs !== '0') await wait(Number(handlerMs))
    handled += 1
    tell()
  },
}

const obey = async (message: ToConsumer): Promise<void> => {
  switch (message.kind) {
    case 'expect':
      deliveries = 0
      delays = []
      expected = { count: message.wanted, since: process.cpuUsage() }
      return tell()
    case 'quiet': {
      // What nobody waits for still comes: what a group does not want, and links to it. That no more does can only be seen in time.
      let seen: number
      do {
        seen = deliveries
        await wait(500)
      } while (deliveries !== seen)
      say({ kind: 'quiet' })
      return
    }
    case 'memory': {
      // Only there where it was asked for by --expose-gc.
      globalThis.gc?.()
      const { heapUsed, rss } = process.memoryUsage()
      say({ kind: 'memory', heap: heapUsed, resident: rss })
      return
    }
    case 'start':
      handled = 0
      // Both are named by whoever starts this process.
      round = await ways[way as WayName](
        { store, url, round: message.round, services: services.split(',') as ServiceName[] },
        handling,
      )
      say({ kind: 'started' })
      return
    case 'stop':
      await round.stop()
      say({ kind: 'stopped', deliveries })
      return
    case 'exit':
      await store.dispose()
      process.exit(0)
  }
}
// Sent by the one who started this process.
process.on('message', (message) => {
  void obey(message as ToConsumer)
})
say({ kind: 'ready' })
