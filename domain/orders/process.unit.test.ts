import { everyEvent } from '../../test/specifications/every-event.ts'
import { orderId, paymentId } from '../../test/specifications/order-events.ts'
import { specificationOf } from '../../test/specifications/process-manager.ts'
import { orderProcess } from './process.ts'

describe('the order process manager', () => {
  const { when, everyEventHasALine } = specificationOf(orderProcess)

  when(everyEvent.OrderPlaced).thenAsksNothing()
  when(everyEvent.OrderConfirmed).thenAsksNothing()
  when(everyEvent.OrderRejected).thenAsksNothing()
  when(everyEvent.OrderCancelled).thenAsksNothing()
  when(everyEvent.LatePaymentDetected).thenAsksNothing()
  when(everyEvent.OrderShipped).thenAsksNothing()
  when(everyEvent.OrderDelivered).thenAsksNothing()
  when(everyEvent.ReservationStarted).thenAsksNothing()
  when(everyEvent.InventoryReserved).thenAsksNothing()
  when(everyEvent.InventoryReservationFailed).thenAsks({
    type: 'RejectOrder',
    orderId,
    reason: 'out_of_stock',
    shortages: [{ sku: 'POT', wanted: 1, available: 0 }],
  })
  when(everyEvent.InventoryReleased).thenAsksNothing()
  when(everyEvent.InventoryCommitted).thenAsksNothing()
  when(everyEvent.StockReceived).thenAsksNothing()
  when(everyEvent.StockAdjusted).thenAsksNothing()
  when(everyEvent.StockReserved).thenAsksNothing()
  when(everyEvent.StockReleased).thenAsksNothing()
  when(everyEvent.StockCommitted).thenAsksNothing()
  when(everyEvent.PaymentRequested).thenAsksNothing()
  when(everyEvent.PaymentActionRequired).thenAsksNothing()
  when(everyEvent.PaymentSucceeded).thenAsks({ type: 'ConfirmOrder', orderId, paymentId })
  when(everyEvent.PaymentFailed).thenAsks({ type: 'RejectOrder', orderId, reason: 'payment_failed' })
  when(everyEvent.PaymentOutcomeUnknown).thenAsksNothing()
  when(everyEvent.PaymentVoided).thenAsksNothing()
  when(everyEvent.PaymentMismatchDetected).thenAsksNothing()
  when(everyEvent.DuplicateChargeDetected).thenAsksNothing()
  when(everyEvent.RefundRequested).thenAsksNothing()
  when(everyEvent.RefundSucceeded).thenAsksNothing()
  when(everyEvent.RefundFailed).thenAsksNothing()
  when(everyEvent.RefundSettledManually).thenAsksNothing()
  when(everyEvent.PaymentProviderEventReceived).thenAsksNothing()
  when(everyEvent.NotificationRequested).thenAsksNothing()
  when(everyEvent.NotificationSent).thenAsksNothing()
  when(everyEvent.NotificationFailed).thenAsksNothing()
  when(everyEvent.ProductAdded).thenAsksNothing()
  when(everyEvent.ProductPriceChanged).thenAsksNothing()
  when(everyEvent.ProductDiscontinued).thenAsksNothing()

  everyEventHasALine()
})
