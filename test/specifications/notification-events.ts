import type { OwedNotification } from '../../domain/notifications/commands.ts'
import type { NotificationEvent, Template } from '../../domain/notifications/events.ts'
import { notificationKeyOf } from '../../domain/shared/ids.ts'
import { orderId } from './order-events.ts'

type EventOf<Type extends NotificationEvent['type']> = Extract<NotificationEvent, { readonly type: Type }>

export const orderPlacedEventId = '44444444-4444-5444-8444-444444444444'
export const key = `received:${orderPlacedEventId}:email`
export const owed: OwedNotification = {
  orderId,
  key,
  template: 'received',
  channel: 'email',
  causedBy: orderPlacedEventId,
}
/** The mail that an event calls for. */
export const owedFor = (template: Template, causedBy: string): OwedNotification => ({
  ...owed,
  key: notificationKeyOf(template, causedBy, 'email'),
  template,
  causedBy,
})

export const notificationRequested = (of = owed): EventOf<'NotificationRequested'> => ({
  type: 'NotificationRequested',
  ...of,
})
export const notificationSent = (of = owed): EventOf<'NotificationSent'> => ({
  type: 'NotificationSent',
  ...of,
  providerMessageId: '<1@shop>',
})
export const notificationFailed = (of = owed): EventOf<'NotificationFailed'> => ({
  type: 'NotificationFailed',
  ...of,
  reason: 'mailbox unavailable',
})
