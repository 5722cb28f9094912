import type { ShopEvent } from '../../domain/registry.ts'
import type { AllSubscriber } from '../../infrastructure/event-store/port.ts'
import type { Logger } from '../../infrastructure/observability/logger.ts'
import type { AnyProjection } from '../../infrastructure/projections/projection.ts'
import type { Source } from '../../infrastructure/projections/rebuild.ts'
import { batches } from '../../infrastructure/subscriptions/catch-up.ts'
import { openIntents } from './open-intents.ts'
import { orderOutcomes } from './order-outcomes.ts'
import { ordersInProgress } from './orders-in-progress.ts'

/** The processors' own tables. */
export const followUpFolds: readonly AnyProjection<ShopEvent>[] = [openIntents, ordersInProgress, orderOutcomes]

/** Nobody waits for these tables: a batch may linger longer than that of a read model. */
export const followUpSource = (store: AllSubscriber, logger: Logger): Source => ({ after, streamPrefixes, signal }) =>
  batches({
    store, after, streamPrefixes, maxBatch: 500, maxLingerMs: 100, signal,
    onDropped: (error, inMs) => logger.warn('the subscription was dropped; it is made anew', { error, inMs: Math.round(inMs) }),
  })
