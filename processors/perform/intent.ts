import { notificationProcess } from '../../domain/notifications/process.ts'
import type { ShopEvent } from '../../domain/registry.ts'
import { paymentIdOf } from '../../domain/shared/ids.ts'
import { react } from '../../domain/shared/process-manager.ts'
import type { Recorded } from '../../infrastructure/event-store/codec.ts'

export type IntentKind = 'payment' | 'refund' | 'notification'

/**
 * An effect outside the log that has been written down and has no outcome yet. An order's charge and its cancelling are one intent:
 * which of the two it is follows from the payment's stream at the time of the call.
 */
export type Intent = {
  readonly kind: IntentKind
  /** One row of `attempts` and of `open_intents`, together with the kind. */
  readonly key: string
  readonly orderId: string
  /** When it was written down, by the event's own time; for a charge that is to be cancelled, when its payment was voided. */
  readonly since: Date
  /** The event that is the intent: of a message, the event that calls for it. */
  readonly eventId: string
  /** Of what has led to the event. */
  readonly traceparent?: string
}

/** An order has one payment. */
export const paymentKey = (orderId: string): string => paymentIdOf(orderId)

/** A refund's id is its own within one order only, and each attempt is an intent of its own. */
export const refundKey = (orderId: string, refundId: string, attempt: number): string =>
  `${orderId}/${refundId}/${attempt}`

/**
 * The types of the events that are intents. PaymentVoided says that an open charge is to be cancelled at the provider; without one there is nothing to
 * do, as the payment's stream then says. A message is owed by the event that calls for it, or by one that asks for it by name.
 */
export const intentTypes: Readonly<Record<IntentKind, readonly string[]>> = {
  payment: ['PaymentRequested', 'PaymentVoided'],
  refund: ['RefundRequested'],
  notification: [...Object.keys(notificationProcess.on), 'NotificationRequested'],
}

/** What of an event its intents are made from. */
export type IntentEvent = {
  readonly event: ShopEvent
  readonly id: string
  readonly occurredAt: Date
  readonly traceparent?: string | undefined
}

export const intentEventOf = ({ event, id, metadata }: Recorded<ShopEvent>): IntentEvent => ({
  event,
  id,
  occurredAt: new Date(metadata.occurredAt),
  traceparent: metadata.traceparent,
})

/** The intents that an event is; none for most, and more than one where its news is owed to somebody as well. */
export const intentsOf = ({ event, id: eventId, occurredAt: since, traceparent }: IntentEvent): readonly Intent[] => {
  const from = { since, eventId, ...(traceparent === undefined ? {} : { traceparent }) }
  const owed = react(notificationProcess, event, { eventId }).map(({ key, orderId }): Intent => ({
    kind: 'notification',
    key,
    orderId,
    ...from,
  }))
  switch (event.type) {
    case 'PaymentRequested':
    case 'PaymentVoided': {
      const { orderId } = event
      return [{ kind: 'payment', key: paymentKey(orderId), orderId, ...from }, ...owed]
    }
    case 'RefundRequested': {
      const { orderId, refundId, attempt } = event
      return [{ kind: 'refund', key: refundKey(orderId, refundId, attempt), orderId, ...from }, ...owed]
    }
    case 'NotificationRequested':
      return [{ kind: 'notification', key: event.key, orderId: event.orderId, ...from }, ...owed]
    default:
      return owed
  }
}
