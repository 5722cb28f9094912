import { randomUUID } from 'node:crypto'
import { stockSnapshots } from '../../domain/inventory/stock-snapshot.ts'
import { usualDeadlines } from '../../domain/orders/deadline.ts'
import { shopEvents } from '../../domain/registry.ts'
import { createCodec } from '../../infrastructure/event-store/codec.ts'
import { createCommandHandling } from '../../infrastructure/event-store/handle-command.ts'
import type { EventStore, StoredEvent } from '../../infrastructure/event-store/port.ts'
import { createLogger } from '../../infrastructure/observability/logger.ts'
import { measuredHandling } from '../../infrastructure/observability/measured-handling.ts'
import { measured } from '../../infrastructure/observability/measured-store.ts'
import type { Registry } from '../../infrastructure/observability/metrics.ts'
import type { Pool } from '../../infrastructure/postgres/pool.ts'
import { buildProcessors } from '../../processors/build.ts'
import { startConsumers } from '../../processors/consumers.ts'
import type { EventHandler } from '../../processors/event-handler.ts'
import { createDeadline } from '../../processors/follow-ups/deadline.ts'
import { createGroupObservers } from '../../processors/group-observer.ts'
import type { Mail } from '../../processors/notifications/mail.ts'
import { measuredMail } from '../../processors/notifications/measured-messages.ts'
import { measuredProvider } from '../../processors/payments/measured-provider.ts'
import type { PaymentProvider } from '../../payment-providers/port.ts'
import type { Leases } from '../../processors/perform/leases.ts'
import { intentEventOf, intentsOf } from '../../processors/perform/intent.ts'
import { outcomeContext } from '../../processors/perform/outcome-context.ts'
import { postgresLeases } from '../../processors/perform/postgres-leases.ts'
import { schedule } from '../../processors/perform/schedule.ts'
import { performedLog } from '../../processors/performed-log.ts'
import { serviceNames } from '../../processors/services.ts'
import type { Waits } from './waits.ts'
import { createInMemoryAttempts } from '../subscriptions/in-memory-attempts.ts'

type Options = {
  readonly store: EventStore
  readonly waits: Waits
  readonly provider: PaymentProvider
  readonly pool: Pool
  readonly registry: Registry
  readonly logTo: NodeJS.WritableStream
}

const waitingProvider = (provider: PaymentProvider, { wait }: Waits): PaymentProvider => ({
  charge: (...given) => wait(() => provider.charge(...given)),
  cancel: (...given) => wait(() => provider.cancel(...given)),
  lookUp: (...given) => wait(() => provider.lookUp(...given)),
  refund: (...given) => wait(() => provider.refund(...given)),
  lookUpRefund: (...given) => wait(() => provider.lookUpRefund(...given)),
})

const waitingLeases = (leases: Leases, { wait }: Waits): Leases => ({
  claim: (...given) => wait(() => leases.claim(...given)),
  release: (...given) => wait(() => leases.release(...given)),
  isLeased: (...given) => wait(() => leases.isLeased(...given)),
  mayHaveSent: (...given) => wait(() => leases.mayHaveSent(...given)),
})

/** The four services as their `main` builds them, with their groups; the worker that looks for what is due is the caller. */
export const startProcessors = ({ store: plain, waits, provider, pool, registry, logTo }: Options) => {
  const now = () => new Date()
  const newId = () => randomUUID()
  const logger = createLogger({ service: 'processors', format: 'json', stream: logTo })
  const store = measured(plain, registry)
  const codec = createCodec(shopEvents)
  const commands = waits.handling(
    measuredHandling(createCommandHandling({ store, codec, large: [stockSnapshots] }), registry),
  )
  const mail = { send: ({ messageId }: Mail) => waits.wait(async () => ({ providerMessageId: `sent-${messageId}` })) }
  const leases = postgresLeases(pool, { leaseMs: 60_000 })
  const calling = {
    commands,
    newId,
    now,
    provider: measuredProvider(waitingProvider(provider, waits), registry),
    leases: waitingLeases(leases, waits),
    limit: <Answer>(call: (signal: AbortSignal) => Promise<Answer>) => call(new AbortController().signal),
    dueAgain: schedule([30_000, 120_000, 600_000, 3_600_000], Math.random),
  }
  const built = buildProcessors({
    ...calling,
    store,
    codec,
    mail: measuredMail(mail, registry),
    sms: { send: async () => ({ providerMessageId: 'sms' }) },
    operatorEmail: 'operators@shop.example',
    idempotencyKeyTtlMs: 24 * 3_600_000,
    callsAtOnce: { payment: 100, refund: 100, notification: 50 },
    draining: new AbortController().signal,
    warn: (message, error) => {
      logger.warn(message, { error })
    },
    failed: (message, error) => {
      logger.error(message, { error })
    },
    report: performedLog(logger),
  })

  const following =
    (handler: EventHandler): EventHandler =>
    (stored, info) =>
      // One more for the way to the group.
      waits.follow({ waits: waits.until(stored.id) + 1 }, () => handler(stored, info))
  const { order, inventory, payment, notification } = built.handlers
  const processors = {
    ...built,
    handlers: {
      order: following(order),
      inventory: following(inventory),
      payment: following(payment),
      notification: following(notification),
    },
  }
  const consumers = startConsumers({
    attempts: createInMemoryAttempts(),
    names: serviceNames,
    store,
    processors,
    observerOf: createGroupObservers(registry, logger),
    maxRunning: 128,
    handlerVersion: 'counted',
  })
  const deadline = createDeadline({
    ...calling,
    charge: processors.charge,
    turns: { deadlines: async () => true, effects: async () => true, takeFree: () => true },
    providerState: () => 'closed',
    settings: usualDeadlines,
    contextOf: outcomeContext('deadline', newId, now),
    // It looks at when the order's last event was written: so it is this clock that is ahead, not the order that is older.
    now: () => new Date(Date.now() + 2 * usualDeadlines.confirmWithin),
    store,
    // Read once for all whose deadline has come.
    isParked: async () => false,
    alert: (message) => {
      throw new Error(message)
    },
  })

  const intentIn = (stored: StoredEvent) => {
    const recorded = codec.decode(stored)
    const [intent] = recorded === undefined ? [] : intentsOf(intentEventOf(recorded))
    if (intent === undefined) throw new Error(`${stored.type} is no intent`)
    return intent
  }

  return {
    groups: serviceNames.map((name) => processors.services[name].group),
    /** Nothing that was delivered is still in hand, nor any call that followed from it, and every group takes events. */
    idle: () =>
      built.performing.underWay() === 0 &&
      [...consumers.statuses().values()].every(({ state, inFlight }) => state === 'running' && inFlight === 0),
    /** What the follow-ups do about an intent that is due. */
    followUp: (stored: StoredEvent) => waits.follow({ waits: 0 }, () => built.performing.perform(intentIn(stored))),
    /** What they do about an order whose deadline has passed. */
    deadline: (placed: StoredEvent, orderId: string) =>
      waits.follow({ waits: 0 }, () =>
        deadline({ orderId, placedAt: placed.created, actionRequired: false, eventId: placed.id }),
      ),
    close: async () => {
      await consumers.close()
      await built.performing.close()
      await leases.drained()
    },
  }
}
