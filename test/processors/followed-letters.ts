import { StoreUnavailable } from '../../infrastructure/event-store/port.ts'
import { inMemoryResolutions } from './in-memory-resolutions.ts'
import { eventOf, parkedAt, parkedStreams } from './parked-streams.ts'
import { keyOf } from '../../processors/groups.ts'
import { createUnresolved } from '../../processors/dead-letters/unresolved.ts'

export const group = 'payment'

/** The unresolved letters of one process, over stores in memory. */
export const followed = () => {
  const set = { time: parkedAt.getTime() + 60_000, away: false }
  const now = () => new Date(set.time)
  const streams = parkedStreams()
  const { resolutions } = inMemoryResolutions(now)
  const asked: (readonly bigint[])[] = []
  const unresolved = createUnresolved({
    groups: [group, 'order'],
    store: streams.store,
    resolutions: {
      async changed(of, what) {
        asked.push(what.numbers)
        if (set.away) throw new StoreUnavailable('the database is away')
        return resolutions.changed(of, what)
      },
    },
    keyOf,
    now,
  })
  const letters = unresolved.lettersFor(group)
  const waits = (order: string, revision: number, changes: Parameters<typeof eventOf>[2] = {}, replayed?: bigint) => {
    const event = eventOf(order, revision, changes)
    return letters.waitsBehind(event, keyOf(event), replayed)?.message
  }
  const discard = (number: number) =>
    resolutions.discard({
      group,
      number: BigInt(number),
      eventId: undefined,
      parkedAt,
      by: 'olga',
      at: now(),
      letter: {},
    })
  const refresh = () => unresolved.refresh(group)
  const numbers = () => [...unresolved.of(group).all()].map(({ number }) => Number(number))
  return { set, streams, resolutions, unresolved, letters, asked, waits, discard, refresh, numbers }
}
