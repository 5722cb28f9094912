import type { Template } from './events.ts'

/** A message about an order that somebody is owed, and by which event. */
export type OwedNotification = {
  readonly orderId: string
  /** One for each (template, causing event, channel): see `notificationKeyOf`. */
  readonly key: string
  readonly template: Template
  readonly channel: 'email' | 'sms'
  readonly causedBy: string
}

/** A message that no event calls for by itself. */
export type RequestNotification = OwedNotification & { readonly type: 'RequestNotification' }
export type RecordNotificationOutcome = OwedNotification & {
  readonly type: 'RecordNotificationOutcome'
  readonly outcome:
    { readonly kind: 'sent'; readonly providerMessageId: string } | { readonly kind: 'failed'; readonly reason: string }
}
export type NotificationCommand = RequestNotification | RecordNotificationOutcome
