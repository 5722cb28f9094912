import type { ShopEvent } from '../../domain/registry.ts'
import { paymentIdOf } from '../../domain/shared/ids.ts'
import type { Recorded } from '../../infrastructure/event-store/codec.ts'

export type IntentKind = 'payment' | 'refund' | 'notification'

/**
 * An effect outside the log that has been written down and has no outcome yet. An order's charge and its calling off are one intent:
 * which of the two it is follows from the payment's stream at the time of the call.
 */
export type Intent = {
  readonly kind: IntentKind
  /** One row of `attempts` and of `open_intents`, together with the kind. */
  readonly key: string
  readonly orderId: string
  /** When it was written down, by the event's own time; for a charge that is called off, when that was. */
  readonly since: Date
  /** The event that is the intent. */
  readonly eventId: string
}

/** An order has one payment. */
export const paymentKey = (orderId: string): string => paymentIdOf(orderId)

/** A refund's id is its own within one order only, and each attempt is an intent of its own. */
export const refundKey = (orderId: string, refundId: string, attempt: number): string => `${orderId}/${refundId}/${attempt}`

/**
 * The events that are intents, and of what kind. PaymentVoided says that an open charge is to be called off; without one there is
 * nothing to do, as the payment's stream then says.
 */
export const intentTypes = {
  PaymentRequested: 'payment',
  PaymentVoided: 'payment',
  RefundRequested: 'refund',
  NotificationRequested: 'notification',
} as const satisfies { readonly [Type in ShopEvent['type']]?: IntentKind }

type IntentEvent = Extract<ShopEvent, { readonly type: keyof typeof intentTypes }>
const isIntent = (event: ShopEvent): event is IntentEvent => Object.hasOwn(intentTypes, event.type)

const keyOf = (event: IntentEvent): string => {
  switch (event.type) {
    case 'PaymentRequested':
    case 'PaymentVoided': return paymentKey(event.orderId)
    case 'RefundRequested': return refundKey(event.orderId, event.refundId, event.attempt)
    case 'NotificationRequested': return event.key
  }
}

/** Undefined for an event that is no intent. */
export const intentOf = ({ event, id, metadata }: Recorded<ShopEvent>): Intent | undefined =>
  isIntent(event)
    ? { kind: intentTypes[event.type], key: keyOf(event), orderId: event.orderId, since: new Date(metadata.occurredAt), eventId: id }
    : undefined
