import { StoreUnavailable, VersionConflict, type StreamWriter } from '../event-store/port.ts'
import { Counter, durationBuckets, Histogram, type Registry } from './metrics.ts'

const outcomeOf = (error: unknown): string => {
  if (error instanceof VersionConflict) return 'conflict'
  return error instanceof StoreUnavailable ? 'unavailable' : 'error'
}

/** The same appends, with the duration of each by the stream's category and by how it ended, and the events written. */
export const measuredAppends = (store: StreamWriter, registry: Registry): StreamWriter => {
  const duration = new Histogram({
    name: 'event_store_append_duration_seconds',
    help: 'Duration of appends, retries included',
    labelNames: ['category', 'outcome'],
    buckets: [...durationBuckets],
    registers: [registry],
  })
  const written = new Counter({
    name: 'event_store_appended_events_total',
    help: 'Events in successful appends, idempotent repetitions included',
    labelNames: ['category'],
    registers: [registry],
  })

  return {
    async append(stream, events, expected, options) {
      const category = stream.split('-', 1)[0] ?? ''
      const observe = duration.startTimer({ category })
      try {
        const appended = await store.append(stream, events, expected, options)
        observe({ outcome: 'appended' })
        written.inc({ category }, events.length)
        return appended
      } catch (error) {
        observe({ outcome: outcomeOf(error) })
        throw error
      }
    },
  }
}
