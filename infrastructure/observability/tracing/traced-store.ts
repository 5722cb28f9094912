import type { EventToStore, StoredEvent, StreamReader, StreamWriter } from '../../event-store/port.ts'
import { isKeptTraceparent } from './traceparent.ts'
import { traceparentOfEvent } from './traceparent-of-event.ts'
import type { Tracing } from './tracing.ts'

const categoryOf = (stream: string): string => stream.split('-', 1)[0] ?? ''

/** One span for each recorded trace that the events are part of: commands of several may be written together. */
const spansOf = (stream: string, events: readonly EventToStore[]) => {
  const byTrace = new Map<string, string[]>()
  for (const event of events) {
    const traceparent = traceparentOfEvent(event)
    if (!isKeptTraceparent(traceparent)) continue
    byTrace.set(traceparent, [...(byTrace.get(traceparent) ?? []), event.type])
  }
  return [...byTrace].map(([under, types]) => ({
    under,
    name: `append ${categoryOf(stream)}`,
    attributes: { 'event_store.stream': stream, 'event_store.event_types': types.join(' ') },
  }))
}

const tracedAppends = (store: StreamWriter, tracing: Tracing): StreamWriter => ({
  append: (stream, events, expected, options) =>
    tracing.spans({ kind: 'producer' }, spansOf(stream, events), () => store.append(stream, events, expected, options)),
})

const tracedReads = (store: StreamReader, tracing: Tracing): StreamReader => {
  const read = (stream: string, work: () => Promise<number>) =>
    tracing.span(
      {
        name: `read ${categoryOf(stream)}`,
        kind: 'client',
        place: 'here',
        attributes: { 'event_store.stream': stream },
        endOf: (found) => ({ attributes: { 'event_store.events': found } }),
      },
      work,
    )

  return {
    async *readStream(stream, options): AsyncGenerator<StoredEvent, void, undefined> {
      const over = Promise.withResolvers<number>()
      const span = read(stream, () => over.promise)
      let found = 0
      try {
        for await (const event of store.readStream(stream, options)) {
          found += 1
          yield event
        }
      } catch (error) {
        over.reject(error)
        // With this error.
        await span
      } finally {
        over.resolve(found)
      }
      await span
    },

    async lastEvents(stream, count, options) {
      let events: readonly StoredEvent[] = []
      await read(stream, async () => {
        events = await store.lastEvents(stream, count, options)
        return events.length
      })
      return events
    },
  }
}

/** The same store, whose appends and reads of streams are spans of what they are part of. */
export const traced = <Store extends StreamWriter & StreamReader>(
  store: Store,
  tracing: Tracing | undefined,
): Store => {
  if (tracing === undefined) return store
  const instead = new Map<string | symbol, unknown>(
    Object.entries({ ...tracedAppends(store, tracing), ...tracedReads(store, tracing) }),
  )
  // By way of the prototype: everything else is the store's own, methods and their `this` included.
  return new Proxy(store, {
    get: (target, property) => {
      const value: unknown = Reflect.get(target, property, target)
      if (typeof value !== 'function') return value
      return instead.get(property) ?? (value.bind(target) as unknown)
    },
  })
}
