import type { EventPlace } from './letter.ts'

/** Parked by this process a moment ago, and not seen in the parked stream yet. */
export type JustParked = EventPlace & {
  readonly eventId: string
  readonly key: string
  readonly type: string
  readonly code: string
  readonly parkedAt: Date
}

export type JustParkedEvents = {
  remember(parked: JustParked): void
  forget(eventId: string): void
  forgetParkedBefore(time: Date): void
  ofKey(key: string): Iterable<JustParked>
}

/** What is forgotten beyond that holds nobody back until it is read. Reached only where everything is parked and nothing can be read. */
const most = 10_000

export const createJustParked = (atMost = most): JustParkedEvents => {
  const events = new Map<string, JustParked>()
  const byKey = new Map<string, Set<JustParked>>()

  const forget = (eventId: string) => {
    const parked = events.get(eventId)
    if (parked === undefined) return
    events.delete(eventId)
    const ofKey = byKey.get(parked.key)
    ofKey?.delete(parked)
    if (ofKey?.size === 0) byKey.delete(parked.key)
  }

  return {
    forget,
    remember(parked) {
      forget(parked.eventId)
      events.set(parked.eventId, parked)
      const ofKey = byKey.get(parked.key)
      if (ofKey === undefined) byKey.set(parked.key, new Set([parked]))
      else ofKey.add(parked)
      const [oldest] = events.keys()
      if (events.size > atMost && oldest !== undefined) forget(oldest)
    },
    forgetParkedBefore(time) {
      for (const [id, { parkedAt }] of events) if (parkedAt < time) forget(id)
    },
    ofKey: (key) => byKey.get(key) ?? [],
  }
}
