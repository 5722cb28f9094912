import { categoryOf } from '../domain/shared/streams.ts'
import { StoreUnavailable, VersionConflict, type EventStore } from '../infrastructure/event-store/port.ts'
import { tracedHandler } from '../infrastructure/observability/tracing/traced-handler.ts'
import type { Tracing } from '../infrastructure/observability/tracing/tracing.ts'
import type { AttemptLedger } from '../infrastructure/subscriptions/attempt-ledger.ts'
import type { ConsumerObserver, Letters } from '../infrastructure/subscriptions/consumer-options.ts'
import { consumeGroup, type ConsumerStatus, type GroupConsumer } from '../infrastructure/subscriptions/persistent.ts'
import { createRunningAlone } from '../infrastructure/subscriptions/running-alone.ts'
import type { Processors } from './build.ts'
import { bufferSize, groupSettings, keyOf } from './groups.ts'
import type { ServiceName } from './services.ts'

export type ConsumersOptions = {
  readonly names: readonly ServiceName[]
  readonly store: EventStore
  readonly processors: Processors
  readonly observerOf: (group: string) => ConsumerObserver
  readonly maxRunning: number
  readonly handlerVersion: string
  readonly attempts: AttemptLedger
  readonly tracing?: Tracing | undefined
  /** What is put aside of a group; without it nothing waits behind that. */
  readonly lettersOf?: (group: string) => Letters
}

export type Consumers = {
  of(group: string): GroupConsumer | undefined
  statuses(): ReadonlyMap<string, ConsumerStatus>
  /** All of them at once. */
  close(): Promise<void>
}

/** One consumer for each service that this process runs. */
export const startConsumers = (options: ConsumersOptions): Consumers => {
  const { names, store, processors, observerOf, maxRunning, handlerVersion, attempts, lettersOf, tracing } = options
  const crashGuarding = { ledger: attempts, running: createRunningAlone() }
  const consumers = new Map<string, GroupConsumer>(
    names.map((name) => {
      const service = processors.services[name]
      const consumer = consumeGroup({
        store,
        group: service.group,
        settings: groupSettings,
        bufferSize,
        maxRunning,
        keyOf,
        isOurs: ({ stream, type }) => categoryOf(stream) !== undefined && service.looksAt(type),
        handle: tracedHandler(service.group, processors.handlers[name], tracing),
        // PostgreSQL is not needed here: without it, intents stay open and nothing waits.
        isStoreAway: (error) => error instanceof StoreUnavailable,
        isPassing: (error) => error instanceof VersionConflict,
        probe: () => store.probe(2_000),
        handlerVersion,
        crashGuarding,
        ...(lettersOf === undefined ? {} : { letters: lettersOf(service.group) }),
        observe: observerOf(service.group),
      })
      return [service.group, consumer]
    }),
  )

  return {
    of: (group) => consumers.get(group),
    statuses: () => new Map([...consumers].map(([group, consumer]) => [group, consumer.status()])),
    close: async () => {
      await Promise.all([...consumers.values()].map((consumer) => consumer.drain()))
    },
  }
}
