import { uuidv5 } from '../../domain/shared/ids.ts'
import { inventoryReleased, stockReserved } from '../../test/specifications/inventory-events.ts'
import {
  cancelled,
  delivered,
  notPaid,
  orderId,
  outOfStock,
  placed,
  shipped,
} from '../../test/specifications/order-events.ts'
import {
  paymentFailed,
  paymentRequested,
  paymentSucceeded,
  paymentVoided,
  refundFailed,
  refundRequested,
  refundSucceeded,
} from '../../test/specifications/payment-events.ts'
import { specificationOf, timeOf } from '../../test/specifications/projection.ts'
import type { OrderInProgress } from './order-progress.ts'
import { ordersInProgress } from './orders-in-progress.ts'
import { moved, one, paid, reserved, restingOf, row, sent } from '../../test/specifications/orders-in-progress.ts'

describe('the orders in progress', () => {
  const { given } = specificationOf(ordersInProgress)

  describe('an order that is confirmed', () => {
    const rest = [...paid, sent('confirmed', 8)]
    given(...rest).thenRow(orderId, restingOf(rest, {}), 'at rest, and kept')
    given(...rest, refundRequested()).thenRow(
      orderId,
      restingOf(rest, {
        payment: {
          ...restingOf(rest, {}).payment,
          refunds: [
            {
              refundId: 'full',
              attempt: 1,
              providerPaymentId: 'pp-1',
              amount: 5500,
              currency: 'EUR',
              reason: 'order_cancelled',
              status: 'requested',
            },
          ],
        } as OrderInProgress['payment'],
      }),
      'at rest, whatever is refunded',
    )

    const out = [...rest, shipped(), one.StockCommitted, { ...one.StockCommitted, sku: 'POT' }]
    given(...out, sent('shipped', 10)).thenRow(
      orderId,
      restingOf(rest, {
        status: 'shipped',
        held: [],
        movedAt: timeOf(13),
        startedAt: timeOf(10),
        steps: { OrderShipped: 0, StockCommitted: 2_000, NotificationSent: 3_000 },
      }),
      'on its way again',
    )
    given(...out, sent('shipped', 10), one.InventoryCommitted).thenNoRows()
    given(...out, one.InventoryCommitted, sent('shipped', 10)).thenNoRows()
    given(...out, one.InventoryCommitted, delivered(), sent('shipped', 10)).thenNoRows()
    given(...out, one.InventoryCommitted, sent('shipped', 10), delivered()).thenNoRows()
    given(...out, one.InventoryCommitted, sent('shipped', 10), refundRequested(), refundSucceeded()).thenNoRows()

    const back = [...rest, cancelled(), sent('cancelled', 10), inventoryReleased(), one.StockReleased]
    given(
      ...back,
      { ...one.StockReleased, sku: 'POT' },
      refundRequested(),
      refundSucceeded(),
      sent('refunded', 16),
    ).thenNoRows()
    given(...back, refundRequested(), refundSucceeded(), sent('refunded', 15)).thenRow(
      orderId,
      restingOf(rest, {
        status: 'cancelled',
        reservation: 'released',
        held: ['POT'],
        movedAt: timeOf(16),
        startedAt: timeOf(10),
        steps: {
          OrderCancelled: 0,
          InventoryReleased: 2_000,
          StockReleased: 3_000,
          RefundRequested: 4_000,
          RefundSucceeded: 5_000,
          NotificationSent: 6_000,
        },
        payment: {
          ...restingOf(rest, {}).payment,
          refunds: [
            {
              refundId: 'full',
              attempt: 1,
              providerPaymentId: 'pp-1',
              amount: 5500,
              currency: 'EUR',
              reason: 'order_cancelled',
              status: 'succeeded',
              providerTime: refundSucceeded().providerTime,
              made: [{ attempt: 1, providerRefundId: 'pr-1' }],
            },
          ],
        } as OrderInProgress['payment'],
      }),
      'a line is still held',
    )
    given(
      ...back,
      { ...one.StockReleased, sku: 'POT' },
      refundRequested(),
      refundFailed(),
      sent('operator_refund_failed', 16),
    ).thenNoRows()
  })

  describe('an order that is closed', () => {
    const short = [
      placed(),
      sent('received', 0),
      one.ReservationStarted,
      stockReserved(2),
      one.InventoryReservationFailed,
      one.StockReleased,
      outOfStock(),
    ]
    given(...short, sent('rejected', 6), paymentVoided()).thenNoRows()
    const declined = [
      ...reserved,
      paymentRequested(),
      paymentFailed(),
      notPaid(),
      sent('rejected', 8),
      inventoryReleased(),
      one.StockReleased,
      { ...one.StockReleased, sku: 'POT' },
    ]
    given(...declined).thenNoRows()
    given(...declined, paymentVoided()).thenNoRows()
    // Money that comes for it all the same.
    given(...declined, paymentSucceeded()).thenRow(
      orderId,
      {
        ...row,
        status: 'cancelled',
        reservation: 'released',
        owed: [],
        eventId: uuidv5('event 13'),
        traceparent: null,
        waitingSince: null,
        movedAt: timeOf(13),
        startedAt: timeOf(13),
        payment: restingOf([], {}).payment,
        steps: { PaymentSucceeded: 0 },
      },
      'money to be given back',
    )
    given(
      ...declined,
      paymentSucceeded(),
      one.LatePaymentDetected,
      refundRequested(),
      refundSucceeded(),
      sent('refunded', 16),
    ).thenNoRows()
    // Some of that has gone already, and is told of first.
    const early = { ...one.ExternalRefundRecorded, amount: 5500, beforeCharge: true } as const
    const told = [...declined, early, sent('operator_external_refund', 13)]
    const outside = { refunds: [{ ...moved, providerRefundId: 'pr-9', status: 'succeeded' }], disputes: [] }
    given(...told).thenRow(
      orderId,
      {
        ...row,
        status: 'cancelled',
        reservation: 'released',
        owed: [],
        eventId: uuidv5('event 13'),
        traceparent: null,
        waitingSince: null,
        movedAt: null,
        startedAt: timeOf(13),
        payment: {
          status: 'voided',
          reason: 'closed',
          requestOpen: false,
          outside,
        } as unknown as OrderInProgress['payment'],
        steps: { ExternalRefundRecorded: 0, NotificationSent: 1_000 },
      },
      'at rest, and kept until the charge is told of',
    )
    given(...declined, early, paymentSucceeded(), sent('operator_external_refund', 13)).thenNoRows()
    given(...declined, { ...early, beforeCharge: undefined }).thenNoRows()
    given(one.InventoryReserved).thenNoRows()
  })
})
