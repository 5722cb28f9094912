import type { EventStore } from '../../infrastructure/event-store/port.ts'
import type { Turns } from '../../infrastructure/time/turns.ts'
import { forgetOldAttempts } from '../../infrastructure/subscriptions/postgres-attempts.ts'
import type { Tracing } from '../../infrastructure/observability/tracing/tracing.ts'
import type { PaymentListing } from '../../payment-providers/listing.ts'
import { followedUpAtOnce, worthTryingBehind, type Breakers } from '../breakers.ts'
import type { Processors } from '../build.ts'
import type { ProcessorsConfig } from '../config.ts'
import { deadlineSettingsOf, delaysOf, standstillOf } from '../durations.ts'
import { outcomeContext } from '../perform/outcome-context.ts'
import type { ReconcileDependencies } from '../reconciliation/reconcile.ts'
import { reconciliationPass } from '../reconciliation/start.ts'
import { createDeadline, type DeadlineDependencies } from './deadline.ts'
import { createDuePasses } from './due-worker.ts'
import { forgetOldLeases } from './forget-leases.ts'
import { postgresDue } from './postgres-due.ts'
import { postgresTables } from './postgres-tables.ts'
import { standingOrders, type StandingOrdersParts } from './standing-orders.ts'
import { tracedDeadline } from './traced-deadline.ts'
import type { FollowUpsOptions } from './start.ts'
import { tableMetrics } from './table-metrics.ts'

type PassesParts = Omit<StandingOrdersParts, 'store' | 'processors' | 'logger' | 'due' | 'standstill'> &
  Pick<DeadlineDependencies, 'commands' | 'provider' | 'limit' | 'dueAgain' | 'newId' | 'alert'> &
  Pick<ReconcileDependencies, 'codec'> &
  Pick<FollowUpsOptions, 'logger' | 'pool'> & {
    readonly store: EventStore
    readonly tracing: Tracing | undefined
    readonly config: ProcessorsConfig
    readonly processors: Processors
    readonly breakers: Breakers
    /** At the payment provider. */
    readonly turns: Turns
    /** The payment provider has asked not to be asked for a while. */
    readonly isPaused: () => boolean
    /** What the provider tells of its payments, uncounted. */
    readonly listing: PaymentListing
  }

/** All that the follow-ups do again and again, by name. */
export const followUpPasses = (parts: PassesParts): FollowUpsOptions['passes'] => {
  const { config, pool, processors, breakers, turns, isPaused, draining, registry, logger, newId, now } = parts
  const settings = deadlineSettingsOf(config)
  const due = postgresDue(pool)
  const effects = turns.lane()
  const deadline = tracedDeadline(
    createDeadline({
      ...parts,
      turns: { deadlines: turns.lane(), effects, takeFree: () => turns.takeFree() },
      // A process that drains asks nobody any more.
      providerState: () => (isPaused() || draining.aborted ? 'paused' : breakers().payment_provider),
      charge: processors.charge,
      settings,
      contextOf: outcomeContext('deadline', newId, now),
    }),
    parts.tracing,
  )
  const duePasses = createDuePasses({
    ...parts,
    turn: effects,
    due,
    perform: processors.performing.perform,
    deadline,
    settings,
    firstDelayMs: delaysOf(config).first,
    deadlinesAtOnce: followedUpAtOnce.closed,
    worthTrying: worthTryingBehind(breakers, isPaused),
    failed: (message, fields) => logger.warn(message, fields),
  })
  return {
    ...duePasses,
    standing: standingOrders({ ...parts, due, standstill: standstillOf(config) }),
    reconciliation: reconciliationPass({ ...parts, database: pool }),
    counting: tableMetrics({
      registry,
      tables: postgresTables(pool),
      standsStillAfterMs: standstillOf(config).first,
      now,
    }),
    forgetting: forgetOldLeases(pool, now),
    forgettingAttempts: forgetOldAttempts(pool, Date.now),
  }
}
