import type { Channel } from '../shared/channel.ts'
import { notificationKeyOf, resendKeyOf } from '../shared/ids.ts'
import { Refusal } from '../shared/refusal.ts'
import type { Decider } from '../shared/decider.ts'
import type {
  NotificationCommand,
  OwedNotification,
  RecordBounce,
  RecordNotificationOutcome,
  RequestNotification,
  ResendNotification,
} from './commands.ts'
import type { NotificationEvent } from './events.ts'

/** `replaced`: by another channel, which the customer has chosen instead. */
export type Notification = {
  readonly status: 'requested' | 'replaced' | 'sent' | 'failed'
  readonly owed: OwedNotification
}

/**
 * What is known of the messages about one order, by key. A key that is not here is one that nobody has asked for by name and that has no
 * outcome yet: whether it is owed is said by the event that calls for it. Some ten at most, so that copying them costs nothing.
 */
export type Notifications = ReadonlyMap<string, Notification>

/** The key of the same message by another channel. */
const keyBy = ({ template, causedBy }: Pick<OwedNotification, 'template' | 'causedBy'>, channel: Channel): string =>
  notificationKeyOf(template, causedBy, channel)

/** Nobody is to send it: it has an outcome, or is sent by another channel. */
export const isOver = (notification: Notification | undefined): boolean =>
  notification !== undefined && notification.status !== 'requested'

const request = (notifications: Notifications, command: RequestNotification): readonly NotificationEvent[] => {
  const { key, insteadOf } = command
  // Who was told by the one is not told by the other as well.
  const tooLate = insteadOf !== undefined && isOver(notifications.get(keyBy(command, insteadOf)))
  return notifications.has(key) || tooLate ? [] : [{ ...command, type: 'NotificationRequested' }]
}

/** Only what has been sent, or has failed, can be sent once more or come back. */
const outcomeOf = (notifications: Notifications, key: string): Notification => {
  const found = notifications.get(key)
  if (found?.status !== 'sent' && found?.status !== 'failed')
    throw new Refusal('notification_not_found', 'no message under this key has been sent or refused')
  return found
}

const resend = (notifications: Notifications, { key, resendId }: ResendNotification): readonly NotificationEvent[] => {
  const { owed } = outcomeOf(notifications, key)
  const again = resendKeyOf(key, resendId)
  return notifications.has(again) ? [] : [{ type: 'NotificationRequested', ...owed, key: again }]
}

const bounce = (notifications: Notifications, { key, status: said }: RecordBounce): readonly NotificationEvent[] => {
  const { status, owed } = outcomeOf(notifications, key)
  return status === 'failed' ? [] : [{ type: 'NotificationFailed', ...owed, reason: `bounced: ${said}` }]
}

const recordOutcome = (
  notifications: Notifications,
  { type: _, outcome, ...owed }: RecordNotificationOutcome,
): readonly NotificationEvent[] => {
  // The first outcome counts, whoever comes later.
  if (isOver(notifications.get(owed.key))) return []
  return outcome.kind === 'sent'
    ? [{ type: 'NotificationSent', ...owed, providerMessageId: outcome.providerMessageId }]
    : [{ type: 'NotificationFailed', ...owed, reason: outcome.reason }]
}

const decide = (command: NotificationCommand, notifications: Notifications): readonly NotificationEvent[] => {
  switch (command.type) {
    case 'RequestNotification':
      return request(notifications, command)
    case 'ResendNotification':
      return resend(notifications, command)
    case 'RecordBounce':
      return bounce(notifications, command)
    case 'RecordNotificationOutcome':
      return recordOutcome(notifications, command)
    default:
      return command satisfies never
  }
}

const owedBy = ({ orderId, key, template, channel, causedBy }: NotificationEvent): OwedNotification => ({
  orderId,
  key,
  template,
  channel,
  causedBy,
})

const settle = (notifications: Notifications, event: NotificationEvent, status: 'sent' | 'failed'): Notifications => {
  const before = notifications.get(event.key)
  // What failed after it was sent has come back.
  const bounced = before?.status === 'sent' && status === 'failed'
  return isOver(before) && !bounced
    ? notifications
    : new Map(notifications).set(event.key, { status, owed: owedBy(event) })
}

const requested = (
  notifications: Notifications,
  event: Extract<NotificationEvent, { readonly type: 'NotificationRequested' }>,
): Notifications => {
  const owed = owedBy(event)
  const after = new Map(notifications).set(event.key, { status: 'requested', owed })
  const { insteadOf: channel } = event
  if (channel === undefined) return after
  const key = keyBy(event, channel)
  return isOver(notifications.get(key))
    ? after
    : after.set(key, { status: 'replaced', owed: { ...owed, key, channel } })
}

const evolve = (notifications: Notifications, event: NotificationEvent): Notifications => {
  switch (event.type) {
    case 'NotificationRequested':
      return notifications.has(event.key) ? notifications : requested(notifications, event)
    case 'NotificationSent':
      return settle(notifications, event, 'sent')
    case 'NotificationFailed':
      return settle(notifications, event, 'failed')
    default:
      return event satisfies never
  }
}

/** Stream `notification-{orderId}`. */
export const notificationDecider: Decider<Notifications, NotificationCommand, NotificationEvent> = {
  initialState: new Map(),
  decide,
  evolve,
}
