import type { AllReader, StoredEvent, StreamReader } from '../event-store/port.ts'
import { Counter, type Registry } from './metrics.ts'

const all = '$all'
const categoryOf = (stream: string): string => stream.split('-', 1)[0] ?? ''

/** The same reads, each counted when it is over: by what was read and whether anything was there, and the events that came. */
export const measuredReads = (store: StreamReader & AllReader, registry: Registry): StreamReader & AllReader => {
  const reads = new Counter({
    name: 'event_store_reads_total',
    help: 'Reads by stream category ($all for those of the whole log) and outcome: events, nothing, failed',
    labelNames: ['category', 'outcome'],
    registers: [registry],
  })
  const events = new Counter({
    name: 'event_store_read_events_total',
    help: 'Events returned by reads, subscriptions not included',
    labelNames: ['category'],
    registers: [registry],
  })

  const count = (category: string, found: number, failed: boolean) => {
    reads.inc({ category, outcome: failed ? 'failed' : found > 0 ? 'events' : 'nothing' })
    events.inc({ category }, found)
  }

  const counted = async function* (
    category: string,
    read: AsyncIterable<StoredEvent>,
  ): AsyncGenerator<StoredEvent, void, undefined> {
    let found = 0
    let failed = false
    try {
      for await (const event of read) {
        found += 1
        yield event
      }
    } catch (error) {
      failed = true
      throw error
    } finally {
      count(category, found, failed)
    }
  }

  const countedOnce = async <Answer>(
    category: string,
    read: Promise<Answer>,
    foundIn: (answer: Answer) => number,
  ): Promise<Answer> => {
    try {
      const answer = await read
      count(category, foundIn(answer), false)
      return answer
    } catch (error) {
      count(category, 0, true)
      throw error
    }
  }

  return {
    readStream: (stream, options) => counted(categoryOf(stream), store.readStream(stream, options)),
    // It gives no event.
    holds: (position) => store.holds(position),
    readAll: (options) => counted(all, store.readAll(options)),
    lastEvents: (stream, limit, options) =>
      countedOnce(categoryOf(stream), store.lastEvents(stream, limit, options), ({ length }) => length),
    headPosition: (options) => countedOnce(all, store.headPosition(options), (head) => (head === undefined ? 0 : 1)),
  }
}
