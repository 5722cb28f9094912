import type { NotificationCommand } from '../../domain/notifications/commands.ts'
import { notificationDecider } from '../../domain/notifications/notification.ts'
import { streams } from '../../domain/shared/streams.ts'
import type { CommandHandler } from '../../infrastructure/event-store/command-context.ts'
import type { CommandHandling } from '../../infrastructure/event-store/handle-command.ts'

/** Every command of the notification service is decided on `notification-{orderId}` alone. */
export const notificationHandler = (commands: CommandHandling): CommandHandler<NotificationCommand> => async (command, context) => {
  await commands.handle(notificationDecider, streams.notification(command.orderId), command, context, { mayOpen: true })
}
