import type { Channel } from '../shared/channel.ts'
import type { Template } from './events.ts'

/** A message about an order that somebody is owed, and by which event. */
export type OwedNotification = {
  readonly orderId: string
  /** One for each (template, causing event, channel): see `notificationKeyOf`. */
  readonly key: string
  readonly template: Template
  readonly channel: Channel
  readonly causedBy: string
}

/** A message that no event calls for by itself: by another channel, which the customer has chosen beside or instead of the usual one. */
export type RequestNotification = OwedNotification & {
  readonly type: 'RequestNotification'
  readonly insteadOf?: Channel
}
/** An operator's wish: the same message once more, under a key of its own. Once for each `resendId`. */
export type ResendNotification = {
  readonly type: 'ResendNotification'
  readonly orderId: string
  readonly key: string
  readonly resendId: string
}
/** What was sent came back later. `status`: as RFC 3463 has it, `5.1.1`. */
export type RecordBounce = {
  readonly type: 'RecordBounce'
  readonly orderId: string
  readonly key: string
  readonly status: string
}
export type RecordNotificationOutcome = OwedNotification & {
  readonly type: 'RecordNotificationOutcome'
  readonly outcome:
    | { readonly kind: 'sent'; readonly providerMessageId: string }
    | { readonly kind: 'failed'; readonly reason: string }
}
export type NotificationCommand = RequestNotification | ResendNotification | RecordBounce | RecordNotificationOutcome
