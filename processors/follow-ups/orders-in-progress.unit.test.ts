import { uuidv5 } from '../../domain/shared/ids.ts'
import {
  key as keyAskedFor,
  notificationFailed,
  notificationRequested,
  owedFor,
} from '../../test/specifications/notification-events.ts'
import {
  cancelled,
  confirmed,
  delivered,
  orderId,
  outOfStock,
  placed,
  shipped,
} from '../../test/specifications/order-events.ts'
import { specificationOf } from '../../test/specifications/projection.ts'
import type { OrderInProgress } from './order-progress.ts'
import { ordersInProgress } from './orders-in-progress.ts'
import { after, asked, mail, one, row, sent } from '../../test/specifications/orders-in-progress.ts'

describe('the orders in progress', () => {
  const { given, everyEventHasALine } = specificationOf(ordersInProgress)

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
      one.RefundWithdrawn,
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

  everyEventHasALine()
})
