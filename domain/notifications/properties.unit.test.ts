import fc from 'fast-check'
import { keepsItsPromises } from '../../test/specifications/decider-properties.ts'
import { notificationRequested } from '../../test/specifications/notification-events.ts'
import { orderId } from '../../test/specifications/order-events.ts'
import type { NotificationCommand } from './commands.ts'
import { notificationDecider } from './notification.ts'

const commands: fc.Arbitrary<NotificationCommand> = fc.constantFrom('one', 'other', '__proto__').chain((key) =>
  fc.constantFrom<NotificationCommand[]>(
    { ...notificationRequested(), type: 'RequestNotification', key },
    { type: 'RecordNotificationOutcome', orderId, key, outcome: { kind: 'sent', providerMessageId: '<1@shop>' } },
    { type: 'RecordNotificationOutcome', orderId, key, outcome: { kind: 'failed', reason: 'mailbox unavailable' } },
  ),
)

describe('notifications, whatever comes', () => {
  keepsItsPromises(notificationDecider, commands, { seed: 10 })
})
