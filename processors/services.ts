import { inventoryProcess } from '../domain/inventory/process.ts'
import { notificationProcess } from '../domain/notifications/process.ts'
import { orderProcess } from '../domain/orders/process.ts'
import { paymentProcess } from '../domain/payments/process.ts'
import type { ShopEvent } from '../domain/registry.ts'
import { react, type ProcessManager } from '../domain/shared/process-manager.ts'
import type { CommandContext, CommandHandler } from '../infrastructure/event-store/command-context.ts'
import type { Recorded } from '../infrastructure/event-store/codec.ts'
import type { CommandHandling } from '../infrastructure/event-store/handle-command.ts'
import { inventoryHandler } from './inventory/handlers.ts'
import { orderHandler } from './orders/handlers.ts'
import { paymentHandler, type OrderOfPayment } from './payments/handlers.ts'
import { intentTypes, type IntentKind } from './perform/intent.ts'
import type { Performing } from './perform/performing.ts'

export const serviceNames = ['order', 'inventory', 'payment', 'notification'] as const
export type ServiceName = (typeof serviceNames)[number]

/** A command ready to be carried out; whose command it is no longer matters. */
export type Asked = { readonly type: string; readonly handle: (context: CommandContext) => Promise<void> }

/** One of the shop's services as its consumer sees it. */
export type Service = {
  /** The persistent subscription's group. */
  readonly group: string
  /** The kinds of intents whose calls are made here. */
  readonly performs: readonly IntentKind[]
  looksAt(type: string): boolean
  /** What follows from the event, in order. */
  react(recorded: Recorded<ShopEvent>): readonly Asked[]
}

export type ServiceParts<Command extends { readonly type: string }> = {
  readonly processManager: ProcessManager<ShopEvent, Command>
  readonly handle: CommandHandler<Command>
  readonly performs?: readonly IntentKind[]
}

const typesOf = (performs: readonly IntentKind[]): ReadonlySet<string> =>
  new Set(performs.flatMap((kind) => intentTypes[kind]))

/** A process manager, the handler of its commands, and the calls to the outside that are its own. */
export const createService = <Command extends { readonly type: string }>(parts: ServiceParts<Command>): Service => {
  const { processManager, handle, performs = [] } = parts
  const intents = typesOf(performs)

  return {
    group: processManager.group,
    performs,
    looksAt: (type) => Object.hasOwn(processManager.on, type) || intents.has(type),
    react: ({ event, id }) =>
      react(processManager, event, { eventId: id }).map((command) => ({
        type: command.type,
        handle: (context) => handle(command, context),
      })),
  }
}

/** A service that commands nothing: it makes the calls that what has happened calls for. */
export const createPerformingService = (group: string, performs: readonly IntentKind[]): Service => {
  const intents = typesOf(performs)
  return { group, performs, looksAt: (type) => intents.has(type), react: () => [] }
}

/** The four services: what each looks at, does, and calls. */
export const createServices = (
  commands: CommandHandling,
  performing: Pick<Performing, 'begin' | 'noteCompleted'>,
  orderOf?: OrderOfPayment,
): Readonly<Record<ServiceName, Service>> => ({
  order: createService({ processManager: orderProcess, handle: orderHandler(commands) }),
  inventory: createService({ processManager: inventoryProcess, handle: inventoryHandler(commands) }),
  payment: createService({
    processManager: paymentProcess,
    handle: paymentHandler(commands, performing, orderOf),
    performs: ['payment', 'refund'],
  }),
  // The messages that its process manager says are owed are intents.
  notification: createPerformingService(notificationProcess.group, ['notification']),
})
