import { oneOfEach } from '../../test/specifications/every-event.ts'
import { orderId } from '../../test/specifications/order-events.ts'
import { specificationOf } from '../../test/specifications/process-manager.ts'
import { inventoryProcess } from './process.ts'

describe('the inventory process manager', () => {
  const { when, everyEventHasALine } = specificationOf(inventoryProcess)

  when(oneOfEach.OrderPlaced).thenAsks({
    type: 'ReserveInventory',
    orderId,
    lines: [
      { sku: 'CUP', quantity: 2 },
      { sku: 'POT', quantity: 1 },
    ],
  })
  when(oneOfEach.OrderConfirmed).thenAsksNothing()
  when(oneOfEach.OrderRejected).thenAsks({ type: 'ReleaseInventory', orderId, reason: 'order_rejected' })
  when(oneOfEach.OrderCancelled).thenAsks({ type: 'ReleaseInventory', orderId, reason: 'order_cancelled' })
  when(oneOfEach.LatePaymentDetected).thenAsksNothing()
  when(oneOfEach.OrderShipped).thenAsks({ type: 'CommitInventory', orderId })
  when(oneOfEach.OrderDelayed).thenAsksNothing()
  when(oneOfEach.ShipmentHeld).thenAsksNothing()
  when(oneOfEach.ShipmentReleased).thenAsksNothing()
  when(oneOfEach.OrderDelivered).thenAsksNothing()
  when(oneOfEach.ReservationStarted).thenAsksNothing()
  when(oneOfEach.InventoryReserved).thenAsksNothing()
  when(oneOfEach.InventoryReservationFailed).thenAsksNothing()
  when(oneOfEach.InventoryReleased).thenAsksNothing()
  when(oneOfEach.InventoryCommitted).thenAsksNothing()
  when(oneOfEach.StockReceived).thenAsksNothing()
  when(oneOfEach.StockAdjusted).thenAsksNothing()
  when(oneOfEach.StockReserved).thenAsksNothing()
  when(oneOfEach.StockReleased).thenAsksNothing()
  when(oneOfEach.StockCommitted).thenAsksNothing()
  when(oneOfEach.PaymentRequested).thenAsksNothing()
  when(oneOfEach.PaymentActionRequired).thenAsksNothing()
  when(oneOfEach.PaymentSucceeded).thenAsksNothing()
  when(oneOfEach.PaymentFailed).thenAsksNothing()
  when(oneOfEach.PaymentOutcomeUnknown).thenAsksNothing()
  when(oneOfEach.PaymentVoided).thenAsksNothing()
  when(oneOfEach.PaymentMismatchDetected).thenAsksNothing()
  when(oneOfEach.DuplicateChargeDetected).thenAsksNothing()
  when(oneOfEach.RefundRequested).thenAsksNothing()
  when(oneOfEach.RefundSucceeded).thenAsksNothing()
  when(oneOfEach.RefundFailed).thenAsksNothing()
  when(oneOfEach.RefundSettledManually).thenAsksNothing()
  when(oneOfEach.RefundWithdrawn).thenAsksNothing()
  when(oneOfEach.ExternalRefundRecorded).thenAsksNothing()
  when(oneOfEach.ExternalRefundFailed).thenAsksNothing()
  when(oneOfEach.DisputeOpened).thenAsksNothing()
  when(oneOfEach.DisputeLost).thenAsksNothing()
  when(oneOfEach.DisputeWon).thenAsksNothing()
  when(oneOfEach.PaymentProviderEventReceived).thenAsksNothing()
  when(oneOfEach.NotificationRequested).thenAsksNothing()
  when(oneOfEach.NotificationSent).thenAsksNothing()
  when(oneOfEach.NotificationFailed).thenAsksNothing()
  when(oneOfEach.ProductAdded).thenAsksNothing()
  when(oneOfEach.ProductRenamed).thenAsksNothing()
  when(oneOfEach.ProductPriceChanged).thenAsksNothing()
  when(oneOfEach.ProductDiscontinued).thenAsksNothing()
  when(oneOfEach.ProductRelisted).thenAsksNothing()

  everyEventHasALine()
})
