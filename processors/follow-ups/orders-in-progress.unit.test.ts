import type { ShopEvent } from '../../domain/registry.ts'
import { notificationKeyOf, uuidv5 } from '../../domain/shared/ids.ts'
import { oneOfEach } from '../../test/specifications/every-event.ts'
import { inventoryReleased, stockReserved } from '../../test/specifications/inventory-events.ts'
import {
  key as keyAskedFor,
  notificationFailed,
  notificationRequested,
  notificationSent,
  owedFor,
} from '../../test/specifications/notification-events.ts'
import {
  cancelled,
  confirmed,
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

const one = oneOfEach
/** The message that the nth event calls for. */
const mail = (template: string, n: number): string => notificationKeyOf(template, uuidv5(`event ${n}`), 'email')
const sent = (template: string, n: number): ShopEvent => ({ ...notificationSent(), key: mail(template, n) })

describe('the orders in progress', () => {
  const { given, everyEventHasALine } = specificationOf(ordersInProgress)

  /** Just placed, by event 0. */
  const row: OrderInProgress = {
    orderId,
    status: 'placed',
    reservation: 'none',
    payment: { status: 'none' },
    held: [],
    owed: [mail('received', 0)],
    actionRequired: false,
    eventId: uuidv5('event 0'),
    waitingSince: timeOf(0),
    movedAt: timeOf(0),
    startedAt: timeOf(0),
    steps: { OrderPlaced: 0 },
  }
  /** The same after one more event. */
  const after = (type: ShopEvent['type'], changed: Partial<OrderInProgress> = {}): OrderInProgress => ({
    ...row,
    movedAt: timeOf(1),
    steps: { OrderPlaced: 0, [type]: 1_000 },
    ...changed,
  })
  const moved = { providerPaymentId: 'pp-1', amount: 5500, currency: 'EUR' }
  const { type: _, ...requestedContent } = paymentRequested()
  const request = { type: 'PaymentRequested', ...requestedContent } as const
  const asked = { status: 'requested', request, unknownNoted: false } as unknown as OrderInProgress['payment']

  describe('an order that was placed', () => {
    given(placed()).thenRow(orderId, row)
    given(placed(), one.ReservationStarted).thenRow(orderId, after('ReservationStarted', { reservation: 'started' }))
    given(placed(), one.StockReserved).thenRow(orderId, after('StockReserved', { held: ['CUP'] }))
    given(placed(), one.StockReleased).thenRow(orderId, after('StockReleased'), 'released ahead')
    given(placed(), one.PaymentRequested).thenRow(orderId, after('PaymentRequested', { payment: asked }))
    given(placed(), one.NotificationSent).thenRow(orderId, after('NotificationSent'), 'another message')
    given(placed(), sent('received', 0)).thenRow(orderId, after('NotificationSent', { owed: [] }), 'the message')
    given(placed(), { ...notificationFailed(), key: mail('received', 0) }).thenRow(
      orderId,
      after('NotificationFailed', { owed: [] }),
    )
    given(placed(), notificationRequested()).thenRow(
      orderId,
      after('NotificationRequested', { owed: [mail('received', 0), keyAskedFor] }),
    )
    const sms = mail('received', 0).replace(':email', ':sms')
    given(placed(), {
      ...notificationRequested(owedFor('received', uuidv5('event 0'))),
      key: sms,
      channel: 'sms',
      insteadOf: 'email',
    }).thenRow(orderId, after('NotificationRequested', { owed: [sms] }), 'an SMS instead of the mail')
    given(placed(), confirmed()).thenRow(
      orderId,
      after('OrderConfirmed', {
        status: 'confirmed',
        waitingSince: null,
        owed: [mail('received', 0), mail('confirmed', 1)],
      }),
    )
    given(placed(), outOfStock()).thenRow(
      orderId,
      after('OrderRejected', {
        status: 'rejected',
        waitingSince: null,
        owed: [mail('received', 0), mail('rejected', 1)],
      }),
    )
    given(placed(), cancelled()).thenRow(
      orderId,
      after('OrderCancelled', {
        status: 'cancelled',
        waitingSince: null,
        owed: [mail('received', 0), mail('cancelled', 1)],
      }),
    )
    given(placed(), shipped()).thenRow(
      orderId,
      after('OrderShipped', { owed: [mail('received', 0), mail('shipped', 1)] }),
      'still placed',
    )
    given(placed(), delivered()).thenRow(orderId, after('OrderDelivered'), 'still placed')
    given(placed(), one.LatePaymentDetected).thenRow(orderId, after('LatePaymentDetected'))
    given(placed(), one.InventoryReleased).thenRow(
      orderId,
      after('InventoryReleased', { reservation: 'released' }),
      'released ahead',
    )
    given(placed(), one.PaymentVoided).thenRow(
      orderId,
      after('PaymentVoided', {
        payment: {
          status: 'voided',
          reason: 'order_cancelled',
          requestOpen: false,
        } as unknown as OrderInProgress['payment'],
      }),
    )
    // Of what never began nothing follows.
    for (const event of [
      one.InventoryReserved,
      one.InventoryReservationFailed,
      one.InventoryCommitted,
      one.StockCommitted,
      one.PaymentSucceeded,
      one.PaymentFailed,
      one.PaymentOutcomeUnknown,
      one.DuplicateChargeDetected,
      one.RefundRequested,
      one.RefundSettledManually,
    ] as const) {
      given(placed(), event).thenRow(orderId, after(event.type), 'as it was')
    }
    given(placed(), one.PaymentActionRequired).thenRow(
      orderId,
      after('PaymentActionRequired', { actionRequired: true, owed: [mail('received', 0), mail('confirm_payment', 1)] }),
    )
    given(placed(), one.PaymentMismatchDetected).thenRow(
      orderId,
      after('PaymentMismatchDetected', { owed: [mail('received', 0), mail('operator_payment_mismatch', 1)] }),
    )
    given(placed(), one.RefundSucceeded).thenRow(
      orderId,
      after('RefundSucceeded', { owed: [mail('received', 0), mail('refunded', 1)] }),
    )
    given(placed(), one.RefundFailed).thenRow(
      orderId,
      after('RefundFailed', { owed: [mail('received', 0), mail('operator_refund_failed', 1)] }),
    )
    for (const event of [one.ExternalRefundRecorded, one.ExternalRefundFailed] as const) {
      given(placed(), event).thenRow(
        orderId,
        after(event.type, { owed: [mail('received', 0), mail('operator_external_refund', 1)] }),
      )
    }
    for (const event of [one.DisputeOpened, one.DisputeLost, one.DisputeWon] as const) {
      given(placed(), event).thenRow(
        orderId,
        after(event.type, { owed: [mail('received', 0), mail('operator_dispute', 1)] }),
      )
    }
    given(placed(), one.OrderDelayed).thenRow(
      orderId,
      after('OrderDelayed', { owed: [mail('received', 0), mail('delayed', 1)] }),
    )
    given(placed(), one.ShipmentHeld).thenRow(orderId, after('ShipmentHeld'))
    given(placed(), one.ShipmentReleased).thenRow(orderId, after('ShipmentReleased'))
    for (const event of [
      one.StockReceived,
      one.StockAdjusted,
      one.PaymentProviderEventReceived,
      one.ProductAdded,
      one.ProductRenamed,
      one.ProductPriceChanged,
      one.ProductDiscontinued,
      one.ProductRelisted,
    ]) {
      given(placed(), event).changesNothing()
    }
  })

  // From here on with the messages sent as they are called for, and each order to its rest.
  const reserved = [
    placed(),
    sent('received', 0),
    one.ReservationStarted,
    stockReserved(2),
    { ...stockReserved(1), sku: 'POT' },
    one.InventoryReserved,
  ]
  const paid = [...reserved, paymentRequested(), paymentSucceeded(), confirmed()]
  const restingOf = (events: readonly ShopEvent[], changed: Partial<OrderInProgress>): OrderInProgress => ({
    ...row,
    status: 'confirmed',
    reservation: 'reserved',
    held: ['CUP', 'POT'],
    owed: [],
    waitingSince: null,
    movedAt: null,
    payment: {
      status: 'succeeded',
      paymentId: paymentSucceeded().paymentId,
      charge: { providerPaymentId: 'pp-1', amount: 5500, currency: 'EUR' },
      duplicates: [],
      refunds: [],
    },
    steps: Object.fromEntries(events.map(({ type }, n) => [type, n * 1_000])),
    ...changed,
  })

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

  everyEventHasALine()
})
