import type { Decider } from '../shared/decider.ts'
import type { NotificationCommand, RecordNotificationOutcome, RequestNotification } from './commands.ts'
import type { NotificationEvent } from './events.ts'

export type NotificationRequested = Extract<NotificationEvent, { readonly type: 'NotificationRequested' }>

export type Notification = { readonly status: 'requested' | 'sent' | 'failed'; readonly request: NotificationRequested }

/** All messages about one order, by key. Some ten at most, so that copying them for each event costs nothing. */
export type Notifications = ReadonlyMap<string, Notification>

const request = (notifications: Notifications, command: RequestNotification): readonly NotificationEvent[] =>
  notifications.has(command.key) ? [] : [{ ...command, type: 'NotificationRequested' }]

const recordOutcome = (
  notifications: Notifications,
  { orderId, key, outcome }: RecordNotificationOutcome,
): readonly NotificationEvent[] => {
  if (notifications.get(key)?.status !== 'requested') return []
  return outcome.kind === 'sent'
    ? [{ type: 'NotificationSent', orderId, key, providerMessageId: outcome.providerMessageId }]
    : [{ type: 'NotificationFailed', orderId, key, reason: outcome.reason }]
}

const decide = (command: NotificationCommand, notifications: Notifications): readonly NotificationEvent[] => {
  switch (command.type) {
    case 'RequestNotification': return request(notifications, command)
    case 'RecordNotificationOutcome': return recordOutcome(notifications, command)
    default: return command satisfies never
  }
}

const settle = (notifications: Notifications, key: string, status: 'sent' | 'failed'): Notifications => {
  const notification = notifications.get(key)
  return notification?.status === 'requested' ? new Map(notifications).set(key, { ...notification, status }) : notifications
}

const evolve = (notifications: Notifications, event: NotificationEvent): Notifications => {
  switch (event.type) {
    case 'NotificationRequested':
      return notifications.has(event.key) ? notifications : new Map(notifications).set(event.key, { status: 'requested', request: event })
    case 'NotificationSent': return settle(notifications, event.key, 'sent')
    case 'NotificationFailed': return settle(notifications, event.key, 'failed')
    default: return event satisfies never
  }
}

/** Stream `notification-{orderId}`. */
export const notificationDecider: Decider<Notifications, NotificationCommand, NotificationEvent> = {
  initialState: new Map(),
  decide,
  evolve,
}
