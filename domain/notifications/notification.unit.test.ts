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
const bySms = { ...owed, key: owed.key.replace('email', 'sms'), channel: 'sms' } as const
const everyState = inEveryState(notificationDecider, {
  unknown: [],
  'another one requested': [{ ...notificationRequested(), key: otherKey, template: 'confirmed' }],
  requested: [notificationRequested()],
  sent: [notificationSent()],
  failed: [notificationFailed()],
  'requested and sent': [notificationRequested(), notificationSent()],
  'requested and failed': [notificationRequested(), notificationFailed()],
  replaced: [{ ...notificationRequested(bySms), insteadOf: 'email' }],
})
const resendId = '77777777-7777-4777-8777-777777777777'
const again = { ...owed, key: `${owed.key}:${resendId}` }

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
    replaced: [],
  })
})

describe('a notification: RequestNotification, by another channel', () => {
  const beside: NotificationCommand = { type: 'RequestNotification', ...bySms }
  const instead: NotificationCommand = { ...beside, insteadOf: 'email' }

  it('beside the first', () => {
    given().when(beside).then(notificationRequested(bySms))
    given(notificationSent()).when(beside).then(notificationRequested(bySms))
    given(notificationRequested(bySms)).when(beside).then()
    given(notificationSent(bySms)).when(beside).then()
  })

  it('instead of the first, unless somebody has been told by that already', () => {
    const replacing = { ...notificationRequested(bySms), insteadOf: 'email' } as const
    given().when(instead).then(replacing)
    given(notificationRequested()).when(instead).then(replacing)
    given(notificationSent()).when(instead).then()
    given(notificationFailed()).when(instead).then()
    given(replacing, notificationSent(bySms)).when(instead).then()
    // An outcome that came first stays.
    given(notificationSent(), replacing)
      .when({ type: 'ResendNotification', orderId: owed.orderId, key: owed.key, resendId })
      .then(notificationRequested(again))
  })
})

describe('a notification: ResendNotification', () => {
  const resend: NotificationCommand = { type: 'ResendNotification', orderId: owed.orderId, key: owed.key, resendId }

  everyState(resend, {
    unknown: 'notification_not_found',
    'another one requested': 'notification_not_found',
    requested: 'notification_not_found',
    sent: [notificationRequested(again)],
    failed: [notificationRequested(again)],
    'requested and sent': [notificationRequested(again)],
    'requested and failed': [notificationRequested(again)],
    replaced: 'notification_not_found',
  })

  it('again for each id, also of one that was sent again', () => {
    const other = '88888888-8888-4888-8888-888888888888'
    const third = { ...owed, key: `${owed.key}:${other}` }
    given(notificationFailed(), notificationRequested(again)).when(resend).then()
    given(notificationFailed(), notificationSent(again)).when(resend).then()
    given(notificationFailed(), notificationFailed(again))
      .when({ ...resend, key: again.key, resendId: other })
      .then(notificationRequested(third))
  })
})

describe('a notification: RecordBounce', () => {
  const bounced = { ...notificationFailed(), reason: 'bounced: 5.1.1' }

  everyState(
    { type: 'RecordBounce', orderId: owed.orderId, key: owed.key, status: '5.1.1' },
    {
      unknown: 'notification_not_found',
      'another one requested': 'notification_not_found',
      requested: 'notification_not_found',
      sent: [bounced],
      failed: [],
      'requested and sent': [bounced],
      'requested and failed': [],
      replaced: 'notification_not_found',
    },
  )

  it('does not make it owed again', () => {
    given(notificationSent(), bounced).when(request).then()
    given(notificationSent(), bounced)
      .when({ type: 'RecordNotificationOutcome', ...owed, outcome: { kind: 'sent', providerMessageId: '<2@shop>' } })
      .then()
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
      replaced: [],
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
      replaced: [],
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
