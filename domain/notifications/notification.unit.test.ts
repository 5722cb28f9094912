import { inEveryState, specificationOf } from '../../test/specifications/decider.ts'
import { key, notificationFailed, notificationRequested, notificationSent } from '../../test/specifications/notification-events.ts'
import { orderId } from '../../test/specifications/order-events.ts'
import type { NotificationCommand } from './commands.ts'
import { notificationDecider } from './notification.ts'

const { given } = specificationOf(notificationDecider)

const otherKey = 'confirmed:55555555-5555-5555-8555-555555555555:email'
const everyState = inEveryState(notificationDecider, {
  unknown: [],
  'another one requested': [{ ...notificationRequested(), key: otherKey, template: 'confirmed' }],
  requested: [notificationRequested()],
  sent: [notificationRequested(), notificationSent()],
  failed: [notificationRequested(), notificationFailed()],
})

const request: NotificationCommand = { ...notificationRequested(), type: 'RequestNotification' }

describe('a notification: RequestNotification', () => {
  everyState(request, {
    unknown: [notificationRequested()],
    'another one requested': [notificationRequested()],
    requested: [],
    sent: [],
    failed: [],
  })
})

describe('a notification: it was sent', () => {
  everyState({ type: 'RecordNotificationOutcome', orderId, key, outcome: { kind: 'sent', providerMessageId: '<1@shop>' } }, {
    unknown: [],
    'another one requested': [],
    requested: [notificationSent()],
    sent: [],
    failed: [],
  })
})

describe('a notification: it could not be sent', () => {
  everyState({ type: 'RecordNotificationOutcome', orderId, key, outcome: { kind: 'failed', reason: 'mailbox unavailable' } }, {
    unknown: [],
    'another one requested': [],
    requested: [notificationFailed()],
    sent: [],
    failed: [],
  })

  it('an outcome of what nobody asked for changes nothing', () => {
    given(notificationSent(), notificationFailed()).when(request).then(notificationRequested())
  })
})
