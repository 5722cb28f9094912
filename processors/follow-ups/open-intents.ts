import type { ShopEvent } from '../../domain/registry.ts'
import type { Recorded } from '../../infrastructure/event-store/codec.ts'
import type { Projection } from '../../infrastructure/projections/projection.ts'
import { intentOf, paymentKey, refundKey, type IntentKind } from '../perform/intent.ts'

export type OpenIntent = {
  /** Kind and key in one, since a row has one key. */
  readonly id: string
  readonly kind: IntentKind
  readonly key: string
  readonly orderId: string
  /** RFC 3339, by the event's own time. A charge that is called off begins anew: its calling off is due soon, however old it is. */
  readonly since: string
  readonly eventId: string
}

/** `refund 6f…/full/1`: a kind holds no blank. */
export const intentRowId = (kind: IntentKind, key: string): string => `${kind} ${key}`

const rowIdOf = (event: ShopEvent): string | undefined => {
  switch (event.type) {
    case 'PaymentRequested':
    case 'PaymentVoided':
    case 'PaymentSucceeded':
    case 'PaymentFailed':
    case 'PaymentMismatchDetected':
      return intentRowId('payment', paymentKey(event.orderId))
    case 'RefundRequested':
    case 'RefundSucceeded':
    case 'RefundFailed':
      return intentRowId('refund', refundKey(event.orderId, event.refundId, event.attempt))
    case 'NotificationRequested':
    case 'NotificationSent':
    case 'NotificationFailed':
      return intentRowId('notification', event.key)
    default:
      return undefined
  }
}

const rowOf = (recorded: Recorded<ShopEvent>, id: string): OpenIntent | 'same' => {
  const intent = intentOf(recorded)
  return intent === undefined ? 'same' : { ...intent, id, since: recorded.metadata.occurredAt }
}

/** Every effect that was written down and has no outcome yet. A row leaves with its outcome. */
export const openIntents: Projection<OpenIntent, ShopEvent> = {
  table: {
    name: 'open_intents',
    key: 'id',
    columns: { id: 'text', kind: 'text', key: 'text', orderId: 'text', since: 'timestamptz', eventId: 'text' },
    indexes: [{ columns: ['since'] }, { columns: ['orderId'] }],
  },
  version: 1,
  streamPrefixes: ['payment-', 'notification-'],

  keys: ({ event }) => {
    const id = rowIdOf(event)
    return id === undefined ? [] : [id]
  },

  // The stream decides whether a call is made: a row that stays because its outcome cannot be read does no harm.
  keysWhenUnreadable: () => [],

  evolve(row, recorded, id) {
    const { event } = recorded
    switch (event.type) {
      case 'PaymentRequested':
      case 'RefundRequested':
      case 'NotificationRequested':
        return rowOf(recorded, id)
      // Without an open charge there is nothing to call off.
      case 'PaymentVoided':
        return row === undefined ? 'same' : rowOf(recorded, id)
      case 'PaymentSucceeded':
      case 'PaymentFailed':
      case 'PaymentMismatchDetected':
      case 'RefundSucceeded':
      case 'RefundFailed':
      case 'NotificationSent':
      case 'NotificationFailed':
        return row === undefined ? 'same' : 'delete'
      default:
        return 'same'
    }
  },
}
