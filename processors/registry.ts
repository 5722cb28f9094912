import { inventoryProcess } from '../domain/inventory/process.ts'
import { notificationProcess } from '../domain/notifications/process.ts'
import { orderProcess } from '../domain/orders/process.ts'
import { paymentProcess } from '../domain/payments/process.ts'
import type { CommandHandling } from '../infrastructure/event-store/handle-command.ts'
import { inventoryHandler } from './inventory/handlers.ts'
import { orderHandler } from './order/handlers.ts'
import { paymentHandler } from './payment/handlers.ts'
import type { Performing } from './perform/performing.ts'
import { createPerformingService, createService, type Service } from './service.ts'

export const serviceNames = ['order', 'inventory', 'payment', 'notification'] as const
export type ServiceName = (typeof serviceNames)[number]

/** The four services: what each looks at, does, and calls. */
export const createServices = (
  commands: CommandHandling,
  performing: Pick<Performing, 'begin' | 'noteSettled'>,
): Readonly<Record<ServiceName, Service>> => ({
  order: createService({ processManager: orderProcess, handle: orderHandler(commands) }),
  inventory: createService({ processManager: inventoryProcess, handle: inventoryHandler(commands) }),
  payment: createService({ processManager: paymentProcess, handle: paymentHandler(commands, performing), performs: ['payment', 'refund'] }),
  // The messages that its process manager says are owed are intents.
  notification: createPerformingService(notificationProcess.group, ['notification']),
})
