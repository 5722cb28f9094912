// Calls when it is told to, and says how much time that took: `node bench/calls/caller-process.ts <kind> <way> <url>`
import { callOf, type Kind, type WayName } from './ways.ts'

/** So many calls, so many of them at once. */
export type ToCaller = { readonly count: number; readonly atOnce: number }

/** Processor time of the calls in milliseconds. */
export type FromCaller = { readonly kind: 'ready' } | { readonly kind: 'called'; readonly processorMs: number }

const [kind = '', way = '', url = ''] = process.argv.slice(2)
// Named by whoever starts this process.
const call = callOf(kind as Kind, way as WayName, url)
const say = (message: FromCaller) => process.send?.(message)
let next = 0

const obey = async ({ count, atOnce }: ToCaller): Promise<void> => {
  const since = process.cpuUsage()
  const end = next + count
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (next < end) await call(next++)
    }),
  )
  const { user, system } = process.cpuUsage(since)
  say({ kind: 'called', processorMs: (user + system) / 1_000 })
}

// Sent by the one who started this process. A call that fails ends it.
process.on('message', (message) => {
  void obey(message as ToCaller)
})
process.once('disconnect', () => process.exit(0))
say({ kind: 'ready' })
