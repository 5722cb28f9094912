import type { ShopEvent } from '../../domain/registry.ts'
import { ordersProjection } from '../../projections/orders/projection.ts'
import type { OrderRow } from '../../projections/orders/table.ts'
import { orderId, placed } from './order-events.ts'
import { placeOf, specificationOf, timeOf } from './projection.ts'

/** What is to be seen of an order that has just been placed, and of which nothing else is known. */
export const placedRow: OrderRow = {
  orderId,
  number: '0123456789',
  customerId: 'alice',
  status: 'placed',
  reason: null,
  delayed: false,
  shortages: null,
  lines: placed().lines,
  skus: ['CUP', 'POT'],
  total: 5500,
  currency: 'EUR',
  paymentStatus: 'none',
  paymentActionUrl: null,
  charge: null,
  duplicateCharges: [],
  attention: [],
  refunded: 0,
  refundedLines: [],
  disputeStatus: null,
  chargedBack: 0,
  providerPaymentId: null,
  refunds: {},
  outside: { refunds: [], disputes: [] },
  fulfilment: 'none',
  revision: 0,
  placedPosition: placeOf(0),
  placedAt: timeOf(0),
  updatedAt: timeOf(0),
}

/** As it is taken from the customer: all of the order. */
export const charge = { amount: 5500, currency: 'EUR' }

/** Specifications of the orders read model: those of any projection, and `after(...)` for an order that is placed. */
export const ordersSpecification = () => {
  const { given, everyEventHasALine } = specificationOf(ordersProjection)

  /** The order is placed, then come these; the row is the placed one but for the changes. */
  const after = (...events: readonly [ShopEvent, ...ShopEvent[]]) => ({
    row: (changes: Partial<OrderRow>, remark?: string): void =>
      given(placed(), ...events).thenRow(
        orderId,
        { ...placedRow, updatedAt: timeOf(events.length), ...changes },
        remark ?? Object.values(changes).map(String).join(', '),
      ),
    changesNothing: (): void => given(placed(), ...events).changesNothing(),
  })

  return { given, after, everyEventHasALine }
}
