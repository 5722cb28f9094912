import type { AllSubscriber } from '../infrastructure/event-store/port.ts'
import type { Logger } from '../infrastructure/observability/logger.ts'
import type { Source } from '../infrastructure/projections/rebuild.ts'
import { batches } from '../infrastructure/subscriptions/catch-up.ts'

/** A live read is written after at most this long; while it catches up, a batch is full before that. */
const maxLingerMs = 10
const maxBatch = 500

/** `$all` in batches, for the engine and for rebuilds. A subscription that drops is made anew from where it was, and is logged. */
export const catchUpSource = (store: AllSubscriber, logger: Logger): Source => ({ after, streamPrefixes, signal }) =>
  batches({
    store, after, streamPrefixes, maxBatch, maxLingerMs, signal,
    onDropped: (error, inMs) => logger.warn('the subscription was dropped; it is made anew', { error, inMs: Math.round(inMs) }),
  })
