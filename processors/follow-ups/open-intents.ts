import type { ShopEvent } from '../../domain/registry.ts'
import { notificationKeyOf } from '../../domain/shared/ids.ts'
import type { Recorded } from '../../infrastructure/event-store/codec.ts'
import { opensStream, type Projection } from '../../infrastructure/projections/projection.ts'
import { intentEventOf, intentsOf, paymentKey, refundKey, type IntentKind } from '../perform/intent.ts'

export type OpenIntent = {
  /** Kind and key in one, since a row has one key. */
  readonly id: string
  readonly kind: IntentKind
  readonly key: string
  readonly orderId: string
  /** RFC 3339, by the event's own time. A charge that is to be cancelled begins anew: it is due soon, however old it is. */
  readonly since: string
  readonly eventId: string
  readonly traceparent: string | null
}

/** `refund 6f…/full/1`: a kind holds no blank. */
export const intentRowId = (kind: IntentKind, key: string): string => `${kind} ${key}`

/** The row that an event's outcome or its void is about; undefined for every other event. */
const outcomeRowOf = (event: ShopEvent): string | undefined => {
  switch (event.type) {
    case 'PaymentSucceeded':
    case 'PaymentFailed':
    case 'PaymentMismatchDetected':
      return intentRowId('payment', paymentKey(event.orderId))
    case 'RefundSucceeded':
    case 'RefundFailed':
      return intentRowId('refund', refundKey(event.orderId, event.refundId, event.attempt))
    case 'NotificationSent':
    case 'NotificationFailed':
      return intentRowId('notification', event.key)
    // By another channel, instead of that one.
    case 'NotificationRequested': {
      const { template, causedBy, insteadOf } = event
      if (insteadOf === undefined) return undefined
      return intentRowId('notification', notificationKeyOf(template, causedBy, insteadOf))
    }
    default:
      return undefined
  }
}

const openedBy = (recorded: Recorded<ShopEvent>): readonly OpenIntent[] =>
  intentsOf(intentEventOf(recorded)).map((intent) => ({
    ...intent,
    id: intentRowId(intent.kind, intent.key),
    since: recorded.metadata.occurredAt,
    traceparent: recorded.metadata.traceparent ?? null,
  }))

/** Every effect that was written down and has no outcome yet. A row leaves with its outcome. */
export const openIntents: Projection<OpenIntent, ShopEvent> = {
  table: {
    name: 'open_intents',
    key: 'id',
    columns: {
      id: 'text',
      kind: 'text',
      key: 'text',
      orderId: 'text',
      since: 'timestamptz',
      eventId: 'text',
      traceparent: 'text null',
    },
    indexes: [{ columns: ['kind', 'since'] }, { columns: ['orderId'] }],
  },
  version: 4,
  streamPrefixes: ['order-', 'payment-', 'notification-'],

  // An event can be the outcome of one effect and call for another: a refund that has failed is owed to the operators.
  keys: (recorded) => {
    const over = outcomeRowOf(recorded.event)
    return [...(over === undefined ? [] : [over]), ...openedBy(recorded).map(({ id }) => id)]
  },

  // The stream decides whether a call is made: a row that stays because its outcome cannot be read does no harm.
  keysWhenUnreadable: () => [],

  // The first request opens the payment's stream, and the key of a message has the id of the event that calls for it.
  begins(recorded, id) {
    const { event } = recorded
    if (event.type === 'PaymentRequested') return opensStream(recorded, 'payment-', event.orderId)
    return (
      event.type !== 'NotificationRequested' &&
      openedBy(recorded).some((intent) => intent.id === id && intent.kind === 'notification')
    )
  },

  evolve(row, recorded, id) {
    const { event } = recorded
    const opened = openedBy(recorded).find((intent) => intent.id === id)
    if (opened === undefined) return row !== undefined && outcomeRowOf(event) === id ? 'delete' : 'same'
    switch (event.type) {
      // Without an open charge there is nothing to cancel.
      case 'PaymentVoided':
        return row === undefined ? 'same' : opened
      // Owed already, by the event that calls for it.
      case 'NotificationRequested':
        return row === undefined ? opened : 'same'
      default:
        return opened
    }
  },
}
