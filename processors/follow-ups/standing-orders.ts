import type { EventStore } from '../../infrastructure/event-store/port.ts'
import type { Logger } from '../../infrastructure/observability/logger.ts'
import type { Registry } from '../../infrastructure/observability/metrics.ts'
import type { Processors } from '../build.ts'
import type { Consumers } from '../consumers.ts'
import type { Standstill } from '../durations.ts'
import type { Leases } from '../perform/leases.ts'
import { schedule } from '../perform/schedule.ts'
import { drivenOrders } from './driven-orders.ts'
import type { Due } from './due.ts'
import type { ParkedOrders } from '../dead-letters/parked-orders.ts'
import { createProgressPass } from './progress-pass.ts'
import { createProgress } from './progress.ts'
import type { NoteWrites } from './noted-writes.ts'

/** Driven on side by side. */
const atOnce = 20

export type StandingOrdersParts = {
  readonly store: Pick<EventStore, 'readStream' | 'lastEvents' | 'groupInfo'>
  readonly due: Pick<Due, 'standing'>
  readonly leases: Leases
  readonly processors: Pick<Processors, 'services' | 'handlers'>
  readonly consumers: Pick<Consumers, 'of'>
  readonly noteWrites: NoteWrites
  readonly isParked: ParkedOrders
  readonly standstill: Standstill
  readonly now: () => Date
  readonly draining: AbortSignal
  readonly registry: Registry
  readonly logger: Pick<Logger, 'warn' | 'error'>
}

/** The pass over the orders that stand still, as a process has it. */
export const standingOrders = (parts: StandingOrdersParts): (() => Promise<number>) => {
  const { store, processors, consumers, standstill, registry, logger } = parts
  const { first: firstDelayMs, again, longest: longestDelayMs } = standstill
  const progress = createProgress({
    ...parts,
    services: processors.services,
    // Behind what the order has to do in this process. A group that another process alone consumes has no such place here.
    handOver: (group, event) =>
      consumers.of(group)?.submit(event) ?? processors.handlers[group](event, { retryCount: 1 }),
    firstDelayMs,
    longestDelayMs,
    dueAgain: schedule(again, Math.random),
    report: drivenOrders(registry, logger),
  })
  return createProgressPass({
    ...parts,
    progress,
    handledUpTo: async (group) => (await store.groupInfo(group))?.lastCheckpointed,
    firstDelayMs,
    atOnce,
    failed: (message, fields) => logger.warn(message, fields),
  })
}
