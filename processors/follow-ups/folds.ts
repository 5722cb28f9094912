import type { ShopEvent } from '../../domain/registry.ts'
import type { AllSubscriber } from '../../infrastructure/event-store/port.ts'
import type { Logger } from '../../infrastructure/observability/logger.ts'
import type { AnyProjection } from '../../infrastructure/projections/projection.ts'
import type { Source } from '../../infrastructure/projections/source.ts'
import { batches } from '../../infrastructure/subscriptions/catch-up.ts'
import { openIntents } from './open-intents.ts'
import { orderOutcomes } from './order-outcomes.ts'
import { ordersInProgress } from './orders-in-progress.ts'

/** The processors' own tables. */
export const followUpFolds: readonly AnyProjection<ShopEvent>[] = [openIntents, ordersInProgress, orderOutcomes]

/** The longest that an event waits for others, in milliseconds. */
const longestMs = 1_500

/**
 * Nobody waits for these tables but the search for what is due, for which they have to be there well before the first delay is over. Until
 * then a batch lingers: most rows come and go within one, and are never written.
 */
export const followUpSource =
  (store: AllSubscriber, logger: Logger, firstDelayMs: number): Source =>
  ({ after, streamPrefixes, signal }) =>
    batches({
      store,
      after,
      streamPrefixes,
      signal,
      maxBatch: 2_000,
      maxLength: 4_000_000,
      maxLingerMs: 100,
      live: Math.min(longestMs, firstDelayMs / 4),
      onDropped: (error, inMs) => logger.warn('subscription dropped, reconnecting', { error, inMs: Math.round(inMs) }),
    })
