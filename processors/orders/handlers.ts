import type { OrderCommand } from '../../domain/orders/commands.ts'
import { orderDecider } from '../../domain/orders/order.ts'
import { streams } from '../../domain/shared/streams.ts'
import type { CommandHandler } from '../../infrastructure/event-store/command-context.ts'
import type { CommandHandling } from '../../infrastructure/event-store/handle-command.ts'

/** Every command of the order service is decided on `order-{orderId}` alone. */
export const orderHandler =
  (commands: CommandHandling): CommandHandler<OrderCommand> =>
  async (command, context) => {
    await commands.handle(orderDecider, streams.order(command.orderId), command, context)
  }
