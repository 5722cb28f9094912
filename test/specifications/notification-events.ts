import type { NotificationEvent } from '../../domain/notifications/events.ts'
import { orderId } from './order-events.ts'

type EventOf<Type extends NotificationEvent['type']> = Extract<NotificationEvent, { readonly type: Type }>

export const orderPlacedEventId = '44444444-4444-5444-8444-444444444444'
export const key = `received:${orderPlacedEventId}:email`

export const notificationRequested = (): EventOf<'NotificationRequested'> => ({
  type: 'NotificationRequested',
  orderId,
  key,
  template: 'received',
  channel: 'email',
  causedBy: orderPlacedEventId,
})
export const notificationSent = (): EventOf<'NotificationSent'> => ({ type: 'NotificationSent', orderId, key, providerMessageId: '<1@shop>' })
export const notificationFailed = (): EventOf<'NotificationFailed'> => ({
  type: 'NotificationFailed',
  orderId,
  key,
  reason: 'mailbox unavailable',
})
