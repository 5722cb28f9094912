import { z } from 'zod'
import { channelSchema } from '../shared/channel.ts'
import type { EventDefinitions, EventOf } from '../shared/event-definition.ts'

const orderId = z.uuid()
const key = z.string().min(1)

export const templates = [
  'received',
  'confirm_payment',
  'delayed',
  'confirmed',
  'rejected',
  'cancelled',
  'shipped',
  'refunded',
  'operator_refund_failed',
  'operator_payment_mismatch',
  'operator_external_refund',
  'operator_dispute',
] as const
export type Template = (typeof templates)[number]

/** Which message: the address is read from the order when it is sent, so it appears nowhere here. */
const notification = {
  orderId,
  key,
  template: z.enum(templates),
  channel: channelSchema,
  causedBy: z.uuid(),
}

/** Version 1 of the outcomes named the message by its key alone, which is made of these three. */
const whatTheKeySays = (data: Readonly<Record<string, unknown>>): Record<string, unknown> => {
  const [template, causedBy, channel] = String(data['key']).split(':')
  return { ...data, template, causedBy, channel }
}

/**
 * Stream `notification-{orderId}`: what came of the messages about an order. That a message is owed is said by the event that calls for
 * it, wherever that stands; NotificationRequested is for one that no event calls for, and was written for each of them once. Its
 * `insteadOf` names the channel by which the customer does not want to be told: nothing is owed by that any more.
 */
export const notificationEvents = {
  NotificationRequested: {
    version: 1,
    schema: z.strictObject({ ...notification, insteadOf: channelSchema.optional() }),
  },
  NotificationSent: {
    version: 2,
    schema: z.strictObject({ ...notification, providerMessageId: z.string().min(1) }),
    upcasts: { 1: whatTheKeySays },
  },
  NotificationFailed: {
    version: 2,
    schema: z.strictObject({ ...notification, reason: z.string().min(1) }),
    upcasts: { 1: whatTheKeySays },
  },
} as const satisfies EventDefinitions

export type NotificationEvent = EventOf<typeof notificationEvents>
