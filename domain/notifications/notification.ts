import type { Decider } from '../shared/decider.ts'
import type {
  NotificationCommand,
  OwedNotification,
  RecordNotificationOutcome,
  RequestNotification,
} from './commands.ts'
import type { NotificationEvent } from './events.ts'

export type Notification = { readonly status: 'requested' | 'sent' | 'failed'; readonly owed: OwedNotification }

/**
 * What is known of the messages about one order, by key. A key that is not here is one that nobody has asked for by name and that has no
 * outcome yet: whether it is owed is said by the event that calls for it. Some ten at most, so that copying them costs nothing.
 */
export type Notifications = ReadonlyMap<string, Notification>

const request = (notifications: Notifications, command: RequestNotification): readonly NotificationEvent[] =>
  notifications.has(command.key) ? [] : [{ ...command, type: 'NotificationRequested' }]

const hasOutcome = (notifications: Notifications, key: string): boolean => {
  const status = notifications.get(key)?.status
  return status === 'sent' || status === 'failed'
}

const recordOutcome = (
  notifications: Notifications,
  { type: _, outcome, ...owed }: RecordNotificationOutcome,
): readonly NotificationEvent[] => {
  // The first outcome counts, whoever comes later.
  if (hasOutcome(notifications, owed.key)) return []
  return outcome.kind === 'sent'
    ? [{ type: 'NotificationSent', ...owed, providerMessageId: outcome.providerMessageId }]
    : [{ type: 'NotificationFailed', ...owed, reason: outcome.reason }]
}

const decide = (command: NotificationCommand, notifications: Notifications): readonly NotificationEvent[] => {
  switch (command.type) {
    case 'RequestNotification':
      return request(notifications, command)
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

const settle = (notifications: Notifications, event: NotificationEvent, status: 'sent' | 'failed'): Notifications =>
  hasOutcome(notifications, event.key)
    ? notifications
    : new Map(notifications).set(event.key, { status, owed: owedBy(event) })

const evolve = (notifications: Notifications, event: NotificationEvent): Notifications => {
  switch (event.type) {
    case 'NotificationRequested':
      return notifications.has(event.key)
        ? notifications
        : new Map(notifications).set(event.key, { status: 'requested', owed: owedBy(event) })
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
