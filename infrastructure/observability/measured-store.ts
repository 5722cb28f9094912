import { StoreUnavailable, VersionConflict, type StreamWriter } from '../event-store/port.ts'
import { durationBuckets, Histogram, type Registry } from './metrics.ts'

const outcomeOf = (error: unknown): string => {
  if (error instanceof VersionConflict) return 'conflict'
  return error instanceof StoreUnavailable ? 'unavailable' : 'error'
}

/** The same store, with the duration of every append by the stream's category and by how it ended. */
export const measured = <Store extends StreamWriter>(store: Store, registry: Registry): Store => {
  const duration = new Histogram({
    name: 'event_store_append_duration_seconds',
    help: 'From the call of an append to its answer, re-sends included',
    labelNames: ['category', 'outcome'],
    buckets: [...durationBuckets],
    registers: [registry],
  })

  const append: StreamWriter['append'] = async (stream, events, expected, options) => {
    const observe = duration.startTimer({ category: stream.split('-', 1)[0] ?? '' })
    try {
      const appended = await store.append(stream, events, expected, options)
      observe({ outcome: 'appended' })
      return appended
    } catch (error) {
      observe({ outcome: outcomeOf(error) })
      throw error
    }
  }
  // By way of the prototype: everything but `append` is the store's own, methods and their `this` included.
  return new Proxy(store, {
    get: (target, property) => {
      if (property === 'append') return append
      const value: unknown = Reflect.get(target, property, target)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
}
