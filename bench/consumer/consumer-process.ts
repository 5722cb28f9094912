// Consumes when it is told to, and says how much time it took: `node bench/consumer/consumer-process.ts <way> <handler ms> <url>`
import { setTimeout as wait } from 'node:timers/promises'
import { connectEventStore } from '../../infrastructure/event-store/adapter.ts'
import { ways, type WayName } from './ways.ts'

/** `start`: a new round with groups of its own. `expect`: answered when so many more have been handled. */
export type ToConsumer =
  | { readonly kind: 'start'; readonly round: string }
  | { readonly kind: 'expect'; readonly wanted: number }
  | { readonly kind: 'stop' | 'exit' }

/** Processor time in milliseconds since `expect` came. */
export type FromConsumer =
  { readonly kind: 'ready' | 'started' | 'stopped' } | { readonly kind: 'handled'; readonly processorMs: number }

const [way = '', handlerMs = '0', url = ''] = process.argv.slice(2)
const say = (message: FromConsumer) => process.send?.(message)
const store = await connectEventStore({ url })
let handled = 0
let expected: { readonly count: number; readonly since: NodeJS.CpuUsage } | undefined
let round = { stop: async (): Promise<void> => undefined }

const tell = () => {
  if (expected === undefined || handled < expected.count) return
  const { user, system } = process.cpuUsage(expected.since)
  expected = undefined
  handled = 0
  say({ kind: 'handled', processorMs: (user + system) / 1_000 })
}

const handle = async () => {
  if (handlerMs !== '0') await wait(Number(handlerMs))
  handled += 1
  tell()
}

const obey = async (message: ToConsumer): Promise<void> => {
  switch (message.kind) {
    case 'expect':
      expected = { count: message.wanted, since: process.cpuUsage() }
      return tell()
    case 'start':
      // Named by whoever starts this process.
      round = await ways[way as WayName](store, url, message.round, handle)
      say({ kind: 'started' })
      return
    case 'stop':
      await round.stop()
      say({ kind: 'stopped' })
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
