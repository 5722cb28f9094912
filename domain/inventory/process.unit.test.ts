import { everyEvent } from '../../test/specifications/every-event.ts'
import { orderId } from '../../test/specifications/order-events.ts'
import { specificationOf } from '../../test/specifications/process-manager.ts'
import { inventoryProcess } from './process.ts'

describe('the inventory process manager', () => {
  const { when, everyEventHasALine } = specificationOf(inventoryProcess)

  when(everyEvent.OrderPlaced).thenAsks({
    type: 'ReserveInventory',
    orderId,
    lines: [
      { sku: 'CUP', quantity: 2 },
      { sku: 'POT', quantity: 1 },
    ],
  })
  when(everyEvent.OrderConfirmed).thenAsksNothing()
  when(everyEvent.OrderRejected).thenAsks({ type: 'ReleaseInventory', orderId, reason: 'order_rejected' })
  when(everyEvent.OrderCancelled).thenAsks({ type: 'ReleaseInventory', orderId, reason: 'order_cancelled' })
  when(everyEvent.LatePaymentDetected).thenAsksNothing()
  when(everyEvent.OrderShipped).thenAsks({ type: 'CommitInventory', orderId })
  when(everyEvent.OrderDelivered).thenAsksNothing()
  when(everyEvent.ReservationStarted).thenAsksNothing()
  when(everyEvent.InventoryReserved).thenAsksNothing()
  when(everyEvent.InventoryReservationFailed).thenAsksNothing()
  when(everyEvent.InventoryReleased).thenAsksNothing()
  when(everyEvent.InventoryCommitted).thenAsksNothing()
  when(everyEvent.StockReceived).thenAsksNothing()
  when(everyEvent.StockAdjusted).thenAsksNothing()
  when(everyEvent.StockReserved).thenAsksNothing()
  when(everyEvent.StockReleased).thenAsksNothing()
  when(everyEvent.StockCommitted).thenAsksNothing()
  when(everyEvent.PaymentRequested).thenAsksNothing()
  when(everyEvent.PaymentActionRequired).thenAsksNothing()
  when(everyEvent.PaymentSucceeded).thenAsksNothing()
  when(everyEvent.PaymentFailed).thenAsksNothing()
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
