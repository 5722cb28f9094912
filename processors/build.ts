import type { ShopEvent } from '../domain/registry.ts'
import { streams } from '../domain/shared/streams.ts'
import type { Codec, Recorded } from '../infrastructure/event-store/codec.ts'
import type { CommandHandling } from '../infrastructure/event-store/handle-command.ts'
import type { StreamReader } from '../infrastructure/event-store/port.ts'
import type { Tracing } from '../infrastructure/observability/tracing/tracing.ts'
import { createEventHandler, type EventHandler } from './event-handler.ts'
import type { MailSender } from './notifications/mail.ts'
import type { Writing } from './notifications/messages.ts'
import type { SmsSender } from './notifications/sms.ts'
import type { PaymentProvider } from '../payment-providers/port.ts'
import type { OrderOfPayment } from './payments/handlers.ts'
import { keptOrderOf } from './payments/kept-order-of.ts'
import type { Leases } from './perform/leases.ts'
import type { CallLimit } from './perform/call-limit.ts'
import { chargeOrCancel } from './perform/charge.ts'
import { intentEventOf, intentsOf, type Intent, type IntentKind } from './perform/intent.ts'
import { sendNotification } from './perform/notify.ts'
import { outcomeContext } from './perform/outcome-context.ts'
import { createPerform, type Performed } from './perform/perform.ts'
import { createPerforming, type Performing } from './perform/performing.ts'
import { makeRefund } from './perform/refund.ts'
import { tracedPerform } from './perform/traced-perform.ts'
import type { Schedule } from './perform/schedule.ts'
import { createServices, type Service, type ServiceName } from './services.ts'

export type ProcessorsDependencies = {
  readonly store: StreamReader
  readonly codec: Codec<ShopEvent>
  readonly commands: CommandHandling
  readonly leases: Leases
  readonly provider: PaymentProvider
  readonly mail: MailSender
  readonly sms: SmsSender
  readonly operatorEmail: string
  readonly writing?: Writing
  /** Of one call to the outside. */
  readonly limit: CallLimit
  /** When an intent without an outcome is due again. */
  readonly dueAgain: Schedule
  readonly idempotencyKeyTtlMs: number
  /** How many calls of a kind this process makes at once, and how many wait for room. */
  readonly callsAtOnce: Readonly<Record<IntentKind, number>>
  readonly mostWaiting?: number
  /** Aborts when the process begins to drain: no effect is begun any more. */
  readonly draining: AbortSignal
  readonly newId: () => string
  readonly now: () => Date
  readonly warn: (message: string, error: unknown) => void
  /** Logs an effect that failed in a way that nobody foresaw. */
  readonly failed: (message: string, error: unknown) => void
  /** What is performed is traced, where that is on. */
  readonly tracing?: Tracing | undefined
  readonly report?: (intent: Intent, performed: Performed) => void
}

export type Processors = {
  readonly services: Readonly<Record<ServiceName, Service>>
  /** The same for looking: over other commands, with intents that are begun by telling `begin` of them and by nothing else. */
  readonly servicesOver: (commands: CommandHandling, begin: (intent: Intent) => void) => readonly Service[]
  /** What each service does about one event. */
  readonly handlers: Readonly<Record<ServiceName, EventHandler>>
  readonly performing: Performing
  /** Takes up the charge of an order at once, whenever it is due; undefined where none was asked for. For the follow-ups. */
  readonly charge: (orderId: string) => Promise<Performed | undefined>
}

/** Undefined where the provider has no way of saying. */
const orderOfPayment = ({ provider: { orderOf }, limit }: ProcessorsDependencies): OrderOfPayment | undefined =>
  orderOf === undefined
    ? undefined
    : async (providerPaymentId) => {
        const result = await limit((signal) => orderOf(providerPaymentId, signal))
        return result.kind === 'found' ? result : undefined
      }

/** Everything the processors do, over whatever ports: no clock, no random, no I/O, and no state but what is under way, and what the provider was asked by those who look. */
export const buildProcessors = (dependencies: ProcessorsDependencies): Processors => {
  const {
    store,
    codec,
    commands,
    leases,
    limit,
    dueAgain,
    callsAtOnce,
    mostWaiting,
    draining,
    newId,
    now,
    warn,
    failed,
    report,
    tracing,
  } = dependencies

  const readEvents = async (stream: string): Promise<readonly Recorded<ShopEvent>[]> => {
    const events: Recorded<ShopEvent>[] = []
    for await (const stored of store.readStream(stream)) {
      const recorded = codec.decode(stored)
      if (recorded !== undefined) events.push(recorded)
    }
    return events
  }

  const requestOf = async (orderId: string): Promise<Recorded<ShopEvent> | undefined> =>
    (await readEvents(streams.payment(orderId))).find(({ event }) => event.type === 'PaymentRequested')

  const requestedAt = async (orderId: string): Promise<Date> => {
    const asked = await requestOf(orderId)
    if (asked === undefined) throw new Error(`the payment of order ${orderId} was never asked for`)
    return new Date(asked.metadata.occurredAt)
  }
  const paying = { ...dependencies, contextOf: outcomeContext('payment', newId, now), requestedAt }
  const performing = createPerforming({
    callsAtOnce,
    mostWaiting,
    draining,
    failed: (message, error, passing) => (passing ? warn : failed)(message, error),
    underLease: tracedPerform(
      createPerform({
        leases,
        now,
        dueAgain,
        warn,
        report,
        effects: {
          payment: chargeOrCancel(paying),
          refund: makeRefund(paying),
          notification: sendNotification({
            ...dependencies,
            readEvents,
            limit,
            contextOf: outcomeContext('notification', newId, now),
          }),
        },
      }),
      tracing,
    ),
  })
  const orderOf = orderOfPayment(dependencies)
  const services = createServices(commands, performing, orderOf)
  const keptOf = orderOf && keptOrderOf(orderOf, () => now().getTime())

  const handlerOf = (name: ServiceName) =>
    createEventHandler({ codec, commands, service: services[name], performing, now })
  return {
    services,
    servicesOver: (others, begin) =>
      Object.values(createServices(others, { begin, noteCompleted: () => undefined }, keptOf)),
    handlers: {
      order: handlerOf('order'),
      inventory: handlerOf('inventory'),
      payment: handlerOf('payment'),
      notification: handlerOf('notification'),
    },
    performing,
    async charge(orderId) {
      const asked = await requestOf(orderId)
      const intent =
        asked === undefined ? undefined : intentsOf(intentEventOf(asked)).find(({ kind }) => kind === 'payment')
      return intent === undefined ? undefined : performing.perform(intent)
    },
  }
}
