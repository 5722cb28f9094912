import { randomUUID } from 'node:crypto'
import type { EventStore, EventToStore } from '../../infrastructure/event-store/port.ts'
import { oneService, wantedEvent } from './log-of-one-group.ts'
import { startConsumer } from './started-consumer.ts'

/** The consumer's memory in MiB, its heap without garbage, when so many messages had been handled. */
export type MemorySample = { readonly handled: number; readonly heapMiB: number; readonly residentMiB: number }

const samples = 20
const eventsOfAnAppend = 10
const MiB = 1024 * 1024

/** As many events as wanted that the service handles, ten in a stream. */
const writeWanted = async (store: EventStore, count: number): Promise<void> => {
  const { category, event } = await wantedEvent()
  let left = count
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      while (left > 0) {
        const size = Math.min(eventsOfAnAppend, left)
        left -= size
        const events = Array.from({ length: size }, (): EventToStore => ({ ...event, id: randomUUID() }))
        await store.append(`${category}-${randomUUID()}`, events, 'no_stream')
      }
    }),
  )
}

/** Lets a group of ours consume so many messages that wait for it, and looks at the consumer's memory meanwhile. */
export const measureBehind = async (
  store: EventStore,
  url: string,
  { behind, handlerMs, say }: { behind: number; handlerMs: number; say: (line: string) => void },
): Promise<{ readonly perSecond: number; readonly memory: readonly MemorySample[] }> => {
  await writeWanted(store, behind)
  say(`${behind} messages are there`)
  const consumer = await startConsumer({
    way: 'shop',
    url,
    handlerMs,
    services: [oneService],
    nodeArgs: ['--expose-gc'],
  })
  const memory: MemorySample[] = []
  const began = performance.now()
  await consumer.start('behind')
  for (let sample = 1, handled = 0; sample <= samples; sample += 1) {
    const wanted = Math.floor((behind * sample) / samples) - handled
    await consumer.handled(wanted)
    handled += wanted
    const { heap, resident } = await consumer.memory()
    memory.push({ handled, heapMiB: heap / MiB, residentMiB: resident / MiB })
    say(`${handled} handled: heap ${(heap / MiB).toFixed(1)} MiB, resident ${(resident / MiB).toFixed(0)} MiB`)
  }
  const perSecond = behind / ((performance.now() - began) / 1_000)
  await consumer.stop()
  consumer.exit()
  return { perSecond, memory }
}
