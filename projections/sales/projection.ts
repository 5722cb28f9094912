import type { OrderEvent } from '../../domain/orders/events.ts'
import type { PaymentEvent } from '../../domain/payments/events.ts'
import { isOrderEvent, isPaymentEvent, type ShopEvent } from '../../domain/registry.ts'
import type { Recorded } from '../../infrastructure/event-store/codec.ts'
import { opensStream, type PassedOn, type Projection } from '../../infrastructure/projections/projection.ts'
import { addedBy, countedOf, type Counted } from './counted.ts'
import { evolveMoney } from './money.ts'
import { evolveStatus, placedOrder } from './order.ts'
import { noSums, plus, type Sums } from './sums.ts'
import { salesTable, type SalesRow } from './table.ts'

/** What nothing is counted by is not even read: most events of an order. */
const counts: ReadonlySet<ShopEvent['type']> = new Set([
  'OrderPlaced',
  'OrderConfirmed',
  'OrderRejected',
  'OrderCancelled',
  'PaymentSucceeded',
  'PaymentMismatchDetected',
  'DuplicateChargeDetected',
  'RefundRequested',
  'RefundSucceeded',
  'RefundFailed',
  'RefundSettledManually',
  'RefundWithdrawn',
  'ExternalRefundRecorded',
  'ExternalRefundFailed',
  'DisputeLost',
  'DisputeWon',
] satisfies readonly (OrderEvent | PaymentEvent)['type'][])

const toStored = ({ captured, refunded, chargedBack, ...counted }: Sums) => ({
  ...counted,
  captured: String(captured),
  refunded: String(refunded),
  chargedBack: String(chargedBack),
})

const fromStored = ({ captured, refunded, chargedBack, ...row }: SalesRow): Sums => ({
  placed: row.placed,
  confirmed: row.confirmed,
  rejected: row.rejected,
  cancelled: row.cancelled,
  unitsSold: row.unitsSold,
  unitsGivenBack: row.unitsGivenBack,
  captured: BigInt(captured),
  refunded: BigInt(refunded),
  chargedBack: BigInt(chargedBack),
})

/** The day in UTC on which the event store took it. */
const dayOf = ({ created }: Recorded<unknown>): string => created.toISOString().slice(0, 10)

const addedOn = (day: string, { currency, sku, sums }: Counted): PassedOn<SalesRow> => {
  const key = `${day} ${currency} ${sku}`
  return {
    key,
    evolve: (row) => ({
      key,
      day,
      currency,
      sku,
      ...toStored(plus(row === undefined ? noSums : fromStored(row), sums)),
      order: null,
    }),
  }
}

const countedIn = (row: SalesRow | 'delete' | undefined): readonly Counted[] =>
  typeof row === 'object' && row.order !== null ? countedOf(row.order, row.currency) : []

/** What was sold, day by day: each order's own row knows how it stands, and what a step changes in that is added to its day. */
export const salesProjection: Projection<SalesRow, ShopEvent> = {
  table: salesTable,
  version: 1,
  streamPrefixes: ['order-', 'payment-'],
  keys: ({ event }) =>
    counts.has(event.type) && (isOrderEvent(event) || isPaymentEvent(event)) ? [event.orderId] : [],
  // Nothing but its placing makes an order's row.
  begins: (recorded, orderId) => recorded.event.type === 'OrderPlaced' && opensStream(recorded, 'order-', orderId),
  evolve(row, { event }, orderId) {
    if (row === undefined) {
      if (event.type !== 'OrderPlaced') return 'same'
      const { currency } = event
      return { key: orderId, day: null, currency, sku: null, ...toStored(noSums), order: placedOrder(event) }
    }
    if (row.order === null) return 'same'
    const order = isOrderEvent(event)
      ? evolveStatus(row.order, event)
      : isPaymentEvent(event)
        ? evolveMoney(row.order, event)
        : row.order
    return order === row.order ? 'same' : { ...row, order }
  },
  passesOn: (before, next, recorded) =>
    addedBy(countedIn(before), countedIn(next)).map((counted) => addedOn(dayOf(recorded), counted)),
}
