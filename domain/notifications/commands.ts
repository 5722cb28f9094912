import type { Template } from './events.ts'

export type RequestNotification = {
  readonly type: 'RequestNotification'
  readonly orderId: string
  /** One intent for each (template, causing event, channel): see `notificationKeyOf`. */
  readonly key: string
  readonly template: Template
  readonly channel: 'email' | 'sms'
  readonly causedBy: string
}
export type RecordNotificationOutcome = {
  readonly type: 'RecordNotificationOutcome'
  readonly orderId: string
  readonly key: string
  readonly outcome: { readonly kind: 'sent'; readonly providerMessageId: string } | { readonly kind: 'failed'; readonly reason: string }
}
export type NotificationCommand = RequestNotification | RecordNotificationOutcome
