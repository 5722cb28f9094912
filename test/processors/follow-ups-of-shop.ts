import { usualDeadlines } from '../../domain/orders/deadline.ts'
import type { StoredEvent } from '../../infrastructure/event-store/port.ts'
import type { Processors } from '../../processors/build.ts'
import { createDeadline, type DeadlineDependencies } from '../../processors/follow-ups/deadline.ts'
import type { Due, StandingOrder } from '../../processors/follow-ups/due.ts'
import { createDuePasses } from '../../processors/follow-ups/due-worker.ts'
import type { NoteWrites } from '../../processors/follow-ups/noted-writes.ts'
import { createProgressPass } from '../../processors/follow-ups/progress-pass.ts'
import { createProgress, type Driven } from '../../processors/follow-ups/progress.ts'
import { outcomeContext } from '../../processors/perform/outcome-context.ts'
import type { Turns } from '../../infrastructure/time/turns.ts'
import { schedule } from '../../processors/perform/schedule.ts'
import type { ServiceName } from '../../processors/services.ts'
import type { InMemoryStore } from '../simulation/in-memory-store.ts'
import { Crash } from './stops.ts'

const minute = 60_000
const atOnce = { closed: 100, half_open: 1, open: 0, paused: 0 }

export type FollowUpsOfShopParts = Pick<
  DeadlineDependencies,
  'commands' | 'leases' | 'provider' | 'limit' | 'dueAgain' | 'newId' | 'now' | 'providerState'
> & {
  readonly turns: Turns
  readonly store: InMemoryStore
  readonly due: Due
  readonly processors: Processors
  readonly noteWrites: NoteWrites
  readonly draining: AbortSignal
  /** What has gone wrong, but for stops. */
  readonly failures: unknown[]
  readonly idle: () => Promise<void>
}

/** The passes of the follow-ups, and what tests do to what they look at. */
export const followUpsOfShop = (parts: FollowUpsOfShopParts) => {
  const { store, due, leases, processors, noteWrites, now, newId, draining, failures, idle } = parts
  const parked = new Set<string>()
  const alerts: string[] = []
  const effects = parts.turns.lane()
  const deadline = createDeadline({
    ...parts,
    turns: { deadlines: parts.turns.lane(), effects, takeFree: () => parts.turns.takeFree() },
    charge: processors.charge,
    settings: usualDeadlines,
    contextOf: outcomeContext('order', newId, now),
    store,
    isParked: async (group) => parked.has(group),
    alert: (message) => {
      alerts.push(message)
    },
  })
  const passes = createDuePasses({
    turn: effects,
    due,
    perform: processors.performing.perform,
    deadline,
    settings: usualDeadlines,
    firstDelayMs: 30_000,
    now,
    deadlinesAtOnce: 100,
    worthTrying: () => atOnce[parts.providerState()],
    draining,
    failed: (_message, { error }) => {
      failures.push(error)
    },
  })

  /** Events from here on the groups have still before them; undefined: they have handled all that they ever will. */
  let behindFrom: StoredEvent | undefined
  const driven: Driven[] = []
  const handledUpTo = async () => {
    const at = behindFrom === undefined ? store.log.length : store.log.indexOf(behindFrom)
    return store.log[at - 1]?.position
  }
  const progress = createProgress({
    store,
    leases,
    services: processors.services,
    handOver: async (group, event) => processors.handlers[group](event, { retryCount: 1 }),
    noteWrites,
    isParked: async (group) => parked.has(group),
    firstDelayMs: minute,
    longestDelayMs: 60 * minute,
    dueAgain: schedule([5 * minute, 30 * minute, 60 * minute], () => 0),
    now,
    draining,
    report: (_order, what) => {
      driven.push(what)
    },
  })
  const driveOn = createProgressPass({
    due,
    progress,
    handledUpTo,
    firstDelayMs: minute,
    now,
    atOnce: 10,
    draining,
    failed: (_message, { error }) => {
      if (!(error instanceof Crash)) failures.push(error)
    },
  })

  return {
    settings: usualDeadlines,
    deadline,
    passes,
    /** One after another, in a fixed order. */
    pass: async () => {
      let takenUp = 0
      for (const one of Object.values(passes)) takenUp += await one()
      return takenUp
    },
    progress: (order: StandingOrder) => progress(order, handledUpTo),
    /** One pass over the orders that stand still. */
    driveOn: async () => {
      const count = await driveOn()
      await idle()
      return count
    },
    /** What came of those, the oldest first. */
    driven,
    fallBehind: (from: StoredEvent | undefined) => {
      behindFrom = from
    },
    /** Every event that the group has not handled stands in front of a person. */
    park: (group: ServiceName) => {
      parked.add(group)
    },
    settle: (group: ServiceName) => {
      parked.delete(group)
    },
    alerts,
  }
}
