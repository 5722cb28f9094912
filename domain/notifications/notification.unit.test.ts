import { expect } from 'chai'
import { inEveryState, specificationOf } from '../../test/specifications/decider.ts'
import {
  notificationFailed,
  notificationRequested,
  notificationSent,
  owed,
} from '../../test/specifications/notification-events.ts'
import type { NotificationCommand } from './commands.ts'
import { notificationEvents } from './events.ts'
import { notificationDecider } from './notification.ts'

const { given } = specificationOf(notificationDecider)

const otherKey = 'confirmed:55555555-5555-5555-8555-555555555555:email'
const everyState = inEveryState(notificationDecider, {
  unknown: [],
  'another one requested': [{ ...notificationRequested(), key: otherKey, template: 'confirmed' }],
  requested: [notificationRequested()],
  sent: [notificationSent()],
  failed: [notificationFailed()],
  'requested and sent': [notificationRequested(), notificationSent()],
  'requested and failed': [notificationRequested(), notificationFailed()],
})

const request: NotificationCommand = { type: 'RequestNotification', ...owed }

describe('a notification: RequestNotification', () => {
  everyState(request, {
    unknown: [notificationRequested()],
    'another one requested': [notificationRequested()],
    requested: [],
    sent: [],
    failed: [],
    'requested and sent': [],
    'requested and failed': [],
  })
})

describe('a notification: it was sent', () => {
  everyState(
    { type: 'RecordNotificationOutcome', ...owed, outcome: { kind: 'sent', providerMessageId: '<1@shop>' } },
    {
      unknown: [notificationSent()],
      'another one requested': [notificationSent()],
      requested: [notificationSent()],
      sent: [],
      failed: [],
      'requested and sent': [],
      'requested and failed': [],
    },
  )
})

describe('a notification: it could not be sent', () => {
  everyState(
    { type: 'RecordNotificationOutcome', ...owed, outcome: { kind: 'failed', reason: 'mailbox unavailable' } },
    {
      unknown: [notificationFailed()],
      'another one requested': [notificationFailed()],
      requested: [notificationFailed()],
      sent: [],
      failed: [],
      'requested and sent': [],
      'requested and failed': [],
    },
  )

  it('has one outcome, the first', () => {
    given(notificationSent(), notificationFailed()).when(request).then()
  })
})

describe('an outcome as version 1 stored it', () => {
  it('names the message by its key, which says the rest', () => {
    const { NotificationSent, NotificationFailed } = notificationEvents
    const { template: _, channel: __, causedBy: ___, ...asSent } = notificationSent()
    const { template: _1, channel: _2, causedBy: _3, ...asFailed } = notificationFailed()
    expect(NotificationSent.upcasts[1](asSent)).to.deep.equal(notificationSent())
    expect(NotificationFailed.upcasts[1](asFailed)).to.deep.equal(notificationFailed())
  })
})
