import { oneOfEach } from '../../test/specifications/every-event.ts'
import { orderId, paymentId } from '../../test/specifications/order-events.ts'
import { disputeLost, disputeOpened } from '../../test/specifications/payment-events.ts'
import { specificationOf } from '../../test/specifications/process-manager.ts'
import { orderProcess } from './process.ts'

describe('the order process manager', () => {
  const { when, everyEventHasALine } = specificationOf(orderProcess)

  when(oneOfEach.OrderPlaced).thenAsksNothing()
  when(oneOfEach.OrderConfirmed).thenAsksNothing()
  when(oneOfEach.OrderRejected).thenAsksNothing()
  when(oneOfEach.OrderCancelled).thenAsksNothing()
  when(oneOfEach.LatePaymentDetected).thenAsksNothing()
  when(oneOfEach.OrderShipped).thenAsksNothing()
  when(oneOfEach.OrderDelayed).thenAsksNothing()
  when(oneOfEach.ShipmentHeld).thenAsksNothing()
  when(oneOfEach.ShipmentReleased).thenAsksNothing()
  when(oneOfEach.OrderDelivered).thenAsksNothing()
  when(oneOfEach.ReservationStarted).thenAsksNothing()
  when(oneOfEach.InventoryReserved).thenAsksNothing()
  when(oneOfEach.InventoryReservationFailed).thenAsks({
    type: 'RejectOrder',
    orderId,
    reason: 'out_of_stock',
    shortages: [{ sku: 'POT', wanted: 1, available: 0 }],
  })
  when(oneOfEach.InventoryReleased).thenAsksNothing()
  when(oneOfEach.InventoryCommitted).thenAsksNothing()
  when(oneOfEach.StockReceived).thenAsksNothing()
  when(oneOfEach.StockAdjusted).thenAsksNothing()
  when(oneOfEach.StockReserved).thenAsksNothing()
  when(oneOfEach.StockReleased).thenAsksNothing()
  when(oneOfEach.StockCommitted).thenAsksNothing()
  when(oneOfEach.PaymentRequested).thenAsksNothing()
  when(oneOfEach.PaymentActionRequired).thenAsksNothing()
  when(oneOfEach.PaymentSucceeded).thenAsks({ type: 'ConfirmOrder', orderId, paymentId })
  when(oneOfEach.PaymentFailed).thenAsks({ type: 'RejectOrder', orderId, reason: 'payment_failed' })
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
  when(oneOfEach.DisputeOpened).thenAsks({ type: 'HoldShipment', orderId, providerDisputeId: 'dp-1' })
  when(oneOfEach.DisputeLost).thenAsks({ type: 'HoldShipment', orderId, providerDisputeId: 'dp-1' })
  when(disputeOpened({ ofDuplicate: true })).thenAsksNothing()
  when(disputeLost({ ofDuplicate: true })).thenAsks({ type: 'ReleaseShipment', orderId, providerDisputeId: 'dp-1' })
  when(oneOfEach.DisputeWon).thenAsks({ type: 'ReleaseShipment', orderId, providerDisputeId: 'dp-1' })
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
