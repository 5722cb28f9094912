import { StoreUnavailable, type EventStore } from '../../infrastructure/event-store/port.ts'
import type { ConsumerOptions } from '../../infrastructure/subscriptions/consumer-options.ts'
import { consumeGroup, type GroupConsumer } from '../../infrastructure/subscriptions/persistent.ts'
import { anyGroupSettings } from './counting.ts'

/** The consumer of the group `order`, for a test that is about anything but its settings. */
export const anyConsumer = (
  store: EventStore,
  handle: ConsumerOptions['handle'],
  more: Partial<ConsumerOptions> = {},
): GroupConsumer =>
  consumeGroup({
    store,
    group: 'order',
    settings: anyGroupSettings,
    bufferSize: 50,
    maxRunning: 8,
    handlerVersion: '1',
    timing: { settleLimitMs: 1_000, resubscribe: { firstMs: 20, capMs: 200 } },
    keyOf: ({ stream }) => stream,
    isOurs: ({ stream }) => stream.startsWith('order-'),
    handle,
    isStoreAway: (error) => error instanceof StoreUnavailable,
    isPassing: () => false,
    probe: () => store.probe(1_000),
    ...more,
  })
