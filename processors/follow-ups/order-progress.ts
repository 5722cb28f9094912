import { isDeepStrictEqual } from 'node:util'
import { reservationDecider, type Reservation, type ReservationStatus } from '../../domain/inventory/reservation.ts'
import { notificationProcess } from '../../domain/notifications/process.ts'
import { isAtRest, standingOf } from '../../domain/orders/at-rest.ts'
import { statusAfter, type OrderStatus } from '../../domain/orders/status.ts'
import type { PaymentEvent } from '../../domain/payments/events.ts'
import { paymentDecider, type Payment } from '../../domain/payments/payment.ts'
import { awaitsCharge } from '../../domain/payments/state.ts'
import { isOrderEvent, isPaymentEvent, isReservationEvent, type ShopEvent } from '../../domain/registry.ts'
import { notificationKeyOf } from '../../domain/shared/ids.ts'
import { react } from '../../domain/shared/process-manager.ts'
import type { Recorded } from '../../infrastructure/event-store/codec.ts'

/** How far an order is, over all services. Times are RFC 3339, by the events' own time. */
export type OrderInProgress = {
  readonly orderId: string
  readonly status: OrderStatus
  readonly reservation: ReservationStatus
  /** As the payment's own stream is folded. */
  readonly payment: Payment
  /** SKUs of which a stock event holds some for the order. */
  readonly held: readonly string[]
  /** Keys of the messages that are called for and have no outcome yet. */
  readonly owed: readonly string[]
  /** The payment has waited for the customer at some time. */
  readonly actionRequired: boolean
  /** The event that placed it. */
  readonly eventId: string
  readonly traceparent: string | null
  /** When it was placed, as long as it waits for its confirmation: from then on it has its time. */
  readonly waitingSince: string | null
  /** When the last of its events happened, as long as it is on its way; null at rest. */
  readonly movedAt: string | null
  /** When it was placed, or was last wakened from its rest. */
  readonly startedAt: string
  /** From then to the last event of each type, in milliseconds. */
  readonly steps: Readonly<Record<string, number>>
}

const callsFor = ({ event, id }: Recorded<ShopEvent>): readonly string[] =>
  react(notificationProcess, event, { eventId: id }).map(({ key }) => key)

const closedAndThen = (event: PaymentEvent, occurredAt: string) => ({
  orderId: event.orderId,
  status: 'cancelled' as const,
  reservation: 'released' as const,
  payment: paymentDecider.evolve(
    { status: 'voided', reason: 'closed', request: undefined, requestOpen: false },
    event,
    new Date(occurredAt),
  ),
  waitingSince: null,
})

/**
 * An order that nothing is known of has never been placed, or was at rest for good. Of those, money can still come for one that is
 * closed: it has to be given back, and nothing was captured before. That some of it has gone already may be told first.
 */
const begin = (recorded: Recorded<ShopEvent>): OrderInProgress | undefined => {
  const {
    event,
    id: eventId,
    metadata: { occurredAt, traceparent },
  } = recorded
  const row = {
    held: [],
    owed: callsFor(recorded),
    actionRequired: false,
    eventId,
    traceparent: traceparent ?? null,
    movedAt: occurredAt,
    startedAt: occurredAt,
    steps: { [event.type]: 0 },
  } as const
  switch (event.type) {
    case 'OrderPlaced':
      return {
        ...row,
        orderId: event.orderId,
        status: 'placed',
        reservation: 'none',
        payment: { status: 'none' },
        waitingSince: occurredAt,
      }
    case 'PaymentSucceeded':
      return { ...row, ...closedAndThen(event, occurredAt) }
    case 'ExternalRefundRecorded':
    case 'ExternalRefundFailed':
    case 'DisputeOpened':
    case 'DisputeLost':
    case 'DisputeWon':
      return event.beforeCharge === true ? { ...row, ...closedAndThen(event, occurredAt) } : undefined
    default:
      return undefined
  }
}

/** With no lines: what is held is known from the stock itself. */
const reservationOf = (status: ReservationStatus): Reservation => {
  switch (status) {
    case 'none':
      return { status }
    case 'failed':
      return { status, lines: [], shortages: [] }
    default:
      return { status, lines: [] }
  }
}

const heldAfter = ({ held }: OrderInProgress, event: ShopEvent): readonly string[] => {
  switch (event.type) {
    case 'StockReserved':
      return held.includes(event.sku) ? held : [...held, event.sku]
    case 'StockReleased':
    case 'StockCommitted':
      return held.filter((sku) => sku !== event.sku)
    default:
      return held
  }
}

const owedAfter = ({ owed }: OrderInProgress, recorded: Recorded<ShopEvent>): readonly string[] => {
  const { event } = recorded
  switch (event.type) {
    case 'NotificationSent':
    case 'NotificationFailed':
      return owed.filter((key) => key !== event.key)
    case 'NotificationRequested': {
      const { template, causedBy, insteadOf } = event
      const replaced = insteadOf === undefined ? undefined : notificationKeyOf(template, causedBy, insteadOf)
      return [...new Set([...owed.filter((key) => key !== replaced), event.key])]
    }
    default:
      return [...new Set([...owed, ...callsFor(recorded)])]
  }
}

const isQuiet = ({ status, reservation, payment, held, owed }: OrderInProgress): boolean =>
  isAtRest({
    order: status,
    reservation,
    linesHeld: held.length,
    payment: standingOf(payment),
    notificationsOwed: owed.length,
  })

/** What the event changes of the order, its times left alone. */
const changedBy = (row: OrderInProgress, recorded: Recorded<ShopEvent>, at: Date): OrderInProgress => {
  const { event } = recorded
  const status = isOrderEvent(event) ? statusAfter(row.status, event.type) : row.status
  return {
    ...row,
    status,
    reservation: isReservationEvent(event)
      ? reservationDecider.evolve(reservationOf(row.reservation), event, at).status
      : row.reservation,
    payment: isPaymentEvent(event) ? paymentDecider.evolve(row.payment, event, at) : row.payment,
    held: heldAfter(row, event),
    owed: owedAfter(row, recorded),
    actionRequired: row.actionRequired || event.type === 'PaymentActionRequired',
    waitingSince: status === 'placed' ? row.waitingSince : null,
  }
}

/** The order after the event; undefined where the event says nothing new of an order that is looked after. */
export const progressAfter = (
  row: OrderInProgress | undefined,
  recorded: Recorded<ShopEvent>,
): OrderInProgress | undefined => {
  if (row === undefined) return begin(recorded)
  const {
    event,
    metadata: { occurredAt },
  } = recorded
  if (event.type === 'OrderPlaced') return undefined
  const at = new Date(occurredAt)
  const changed = changedBy(row, recorded, at)
  const quiet = isQuiet(changed)
  if (row.movedAt === null && quiet) return isDeepStrictEqual(changed, row) ? undefined : changed
  // Wakened: what comes now has its own durations.
  const { startedAt, steps } = row.movedAt === null ? { startedAt: occurredAt, steps: {} } : row
  return {
    ...changed,
    startedAt,
    movedAt: quiet ? null : occurredAt,
    steps: { ...steps, [event.type]: at.getTime() - Date.parse(startedAt) },
  }
}

/**
 * Nothing that is at rest and has come to its end is wakened by anybody; what is confirmed is still shipped, or cancelled, and money that
 * has moved is still to be told of as taken.
 */
export const isOver = ({ status, movedAt, payment }: OrderInProgress): boolean =>
  movedAt === null && status !== 'confirmed' && !awaitsCharge(payment)
