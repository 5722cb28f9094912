import fc from 'fast-check'
import { keepsItsPromises } from '../../test/specifications/decider-properties.ts'
import { owed } from '../../test/specifications/notification-events.ts'
import type { NotificationCommand } from './commands.ts'
import { notificationDecider } from './notification.ts'

const commands: fc.Arbitrary<NotificationCommand> = fc
  .constantFrom('one', 'other', '__proto__')
  .chain((key) =>
    fc.constantFrom<NotificationCommand[]>(
      { type: 'RequestNotification', ...owed, key },
      { type: 'RequestNotification', ...owed, key, insteadOf: 'email' },
      { type: 'RecordBounce', orderId: owed.orderId, key, status: '5.1.1' },
      { type: 'ResendNotification', orderId: owed.orderId, key, resendId: '1' },
      { type: 'RecordNotificationOutcome', ...owed, key, outcome: { kind: 'sent', providerMessageId: '<1@shop>' } },
      { type: 'RecordNotificationOutcome', ...owed, key, outcome: { kind: 'failed', reason: 'mailbox unavailable' } },
    ),
  )

describe('notifications, whatever comes', () => {
  keepsItsPromises(notificationDecider, commands, { seed: 10 })
})
