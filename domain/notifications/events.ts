import { z } from 'zod'
import type { EventDefinitions, EventOf } from '../shared/event-definition.ts'

const orderId = z.uuid()
const key = z.string().min(1)

export const templates = [
  'received',
  'confirm_payment',
  'confirmed',
  'rejected',
  'cancelled',
  'shipped',
  'refunded',
  'operator_refund_failed',
  'operator_payment_mismatch',
] as const
export type Template = (typeof templates)[number]

/** Stream `notification-{orderId}`. The address is read from the order when the message is sent, so it appears nowhere here. */
export const notificationEvents = {
  NotificationRequested: {
    version: 1,
    schema: z.strictObject({ orderId, key, template: z.enum(templates), channel: z.enum(['email', 'sms']), causedBy: z.uuid() }),
  },
  NotificationSent: { version: 1, schema: z.strictObject({ orderId, key, providerMessageId: z.string().min(1) }) },
  NotificationFailed: { version: 1, schema: z.strictObject({ orderId, key, reason: z.string().min(1) }) },
} as const satisfies EventDefinitions

export type NotificationEvent = EventOf<typeof notificationEvents>
