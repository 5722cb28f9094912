import type { AllSubscriber } from '../infrastructure/event-store/port.ts'
import type { Logger } from '../infrastructure/observability/logger.ts'
import type { Source } from '../infrastructure/projections/source.ts'
import { batches, type BatchClosing } from '../infrastructure/subscriptions/catch-up.ts'

/**
 * Somebody waits for these tables: up to some forty orders a second each event is written as soon as it is read, and from a hundred on a
 * batch waits a tenth of a second: by then orders take longer than that, and what they wait for is the CPU. While it catches up, a batch
 * is full before it has waited.
 */
const closing: BatchClosing = {
  maxBatch: 1_000,
  maxLength: 2_000_000,
  maxLingerMs: 10,
  live: { maxMs: 100, load: { from: 400, to: 1_000 } },
}

/** `$all` in batches, for the engine and for rebuilds. A subscription that is dropped is opened again from where it was, and that is logged. */
export const catchUpSource =
  (store: AllSubscriber, logger: Logger): Source =>
  ({ after, streamPrefixes, signal }) =>
    batches({
      ...closing,
      store,
      after,
      streamPrefixes,
      signal,
      onDropped: (error, inMs) => logger.warn('subscription dropped, reconnecting', { error, inMs: Math.round(inMs) }),
    })
