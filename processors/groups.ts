import { categoryOf, idOf } from '../domain/shared/streams.ts'
import type { GroupSettings, StoredEvent } from '../infrastructure/event-store/port.ts'

/**
 * How the four groups are made when they are missing. They are never changed at a start: an update drops every consumer.
 * The retry limit is out of reach, since each lost connection and each deployment counts: what is to be parked, we park.
 */
export const groupSettings: GroupSettings = {
  messageTimeoutMs: 300_000,
  maxRetryCount: 1_000_000,
  checkPointLowerBound: 1,
  checkPointUpperBound: 1_000,
  checkPointAfterMs: 2_000,
  readBatchSize: 100,
  historyBufferSize: 1_000,
  liveBufferSize: 1_000,
}

/** Events the server gives before it waits for acknowledgements. */
export const bufferSize = 500

/**
 * What is handled one after another within a process: everything about one order, whichever stream it stands in. It spares conflicts;
 * another replica may have an event of the same order meanwhile. A provider's message names its order in its content, which has not been
 * checked yet at this point.
 */
export const keyOf = ({ stream, data }: Pick<StoredEvent, 'stream' | 'data'>): string => {
  switch (categoryOf(stream)) {
    case 'order':
    case 'reservation':
    case 'payment':
    case 'notification':
      return idOf(stream)
    case 'paymentWebhook': {
      const orderId = typeof data === 'object' && data !== null && 'orderId' in data ? data.orderId : undefined
      return typeof orderId === 'string' ? orderId : stream
    }
    case 'stock':
    case 'product':
    case undefined:
      return stream
  }
}
