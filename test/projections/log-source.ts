import { StoreUnavailable, type StoredEvent } from '../../infrastructure/event-store/port.ts'
import { comparePositions, type Position } from '../../infrastructure/event-store/position.ts'
import type { Batch } from '../../infrastructure/subscriptions/message-buffer.ts'
import type { Source } from '../../infrastructure/projections/source.ts'

export type LogSource = {
  readonly source: Source
  append(stream: string, type: string, data?: Readonly<Record<string, unknown>>): StoredEvent
  readonly log: readonly StoredEvent[]
  /** Whether an event stands at this place. */
  holds(position: Position): Promise<boolean>
  /** The log is one again that has only the first so many events; what is appended then stands at other places than before. Running reads break. */
  putBack(length: number): void
  /** While it is away, running reads break and new ones fail. */
  away: boolean
}

/** A log in memory and a source of batches over it, with the ways of the real one: prefixes, live events, a store that goes away. */
export const createLogSource = ({ maxBatch = 50 }: { readonly maxBatch?: number } = {}): LogSource => {
  const log: StoredEvent[] = []
  const revisions = new Map<string, bigint>()
  let wake: (() => void)[] = []
  let away = false
  let putBacks = 0n
  const notify = () => {
    const waiting = wake
    wake = []
    for (const resume of waiting) resume()
  }

  const changed = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      wake.push(resolve)
      signal.addEventListener('abort', () => resolve(), { once: true })
    })

  const failWhenAway = (begunAt = putBacks) => {
    if (away || begunAt !== putBacks) throw new StoreUnavailable('the store is away')
  }

  const source: Source = async function* ({ after, streamPrefixes, signal }): AsyncGenerator<Batch> {
    let next = after === 'start' ? 0 : log.findIndex(({ position }) => comparePositions(position, after) > 0)
    if (next < 0) next = log.length
    let told = false
    const begunAt = putBacks
    while (!signal.aborted) {
      failWhenAway(begunAt)
      const end = Math.min(next + maxBatch, log.length)
      const events = log
        .slice(next, end)
        .filter(({ stream }) => streamPrefixes.some((prefix) => stream.startsWith(prefix)))
      const caughtUp = end === log.length
      if (end > next || (caughtUp && !told)) {
        told = caughtUp
        const position = log[end - 1]?.position
        next = end
        yield { events, position, caughtUp }
      } else {
        await changed(signal)
      }
    }
  }

  return {
    source,
    log,
    async holds(position) {
      failWhenAway()
      return log.some((event) => comparePositions(event.position, position) === 0)
    },
    putBack(length) {
      for (const { stream } of log.splice(length)) revisions.set(stream, (revisions.get(stream) ?? 0n) - 1n)
      putBacks += 1n
      notify()
    },
    get away() {
      return away
    },
    set away(value: boolean) {
      away = value
      notify()
    },
    append(stream, type, data = {}) {
      const revision = (revisions.get(stream) ?? -1n) + 1n
      revisions.set(stream, revision)
      const place = BigInt(log.length + 1) * 10n + putBacks
      const event: StoredEvent = {
        id: `event-${log.length}`,
        stream,
        type,
        revision,
        position: { commit: place, prepare: place },
        created: new Date(Date.parse('2026-03-01T12:00:00.000Z') + log.length * 1_000),
        data,
        metadata: {},
      }
      log.push(event)
      notify()
      return event
    },
  }
}
