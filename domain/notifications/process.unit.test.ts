import { oneOfEach } from '../../test/specifications/every-event.ts'
import { orderId } from '../../test/specifications/order-events.ts'
import { causeId, specificationOf } from '../../test/specifications/process-manager.ts'
import type { OwedNotification } from './commands.ts'
import type { Template } from './events.ts'
import { notificationProcess } from './process.ts'

const mail = (template: Template): OwedNotification => ({
  orderId,
  key: `${template}:${causeId}:email`,
  template,
  channel: 'email',
  causedBy: causeId,
})

describe('the notification process manager', () => {
  const { when, everyEventHasALine } = specificationOf(notificationProcess, ({ template }) => template)

  when(oneOfEach.OrderPlaced).thenAsks(mail('received'))
  when(oneOfEach.OrderConfirmed).thenAsks(mail('confirmed'))
  when(oneOfEach.OrderRejected).thenAsks(mail('rejected'))
  when(oneOfEach.OrderCancelled).thenAsks(mail('cancelled'))
  when(oneOfEach.OrderDelayed).thenAsks(mail('delayed'))
  when(oneOfEach.LatePaymentDetected).thenAsksNothing()
  when(oneOfEach.OrderShipped).thenAsks(mail('shipped'))
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
  when(oneOfEach.PaymentActionRequired).thenAsks(mail('confirm_payment'))
  when(oneOfEach.PaymentSucceeded).thenAsksNothing()
  when(oneOfEach.PaymentFailed).thenAsksNothing()
  when(oneOfEach.PaymentOutcomeUnknown).thenAsksNothing()
  when(oneOfEach.PaymentVoided).thenAsksNothing()
  when(oneOfEach.PaymentMismatchDetected).thenAsks(mail('operator_payment_mismatch'))
  when(oneOfEach.DuplicateChargeDetected).thenAsksNothing()
  when(oneOfEach.RefundRequested).thenAsksNothing()
  when(oneOfEach.RefundSucceeded).thenAsks(mail('refunded'))
  when(oneOfEach.RefundFailed).thenAsks(mail('operator_refund_failed'))
  when(oneOfEach.RefundSettledManually).thenAsksNothing()
  when(oneOfEach.RefundWithdrawn).thenAsksNothing()
  when(oneOfEach.ExternalRefundRecorded).thenAsks(mail('operator_external_refund'))
  when(oneOfEach.ExternalRefundFailed).thenAsks(mail('operator_external_refund'))
  when(oneOfEach.DisputeOpened).thenAsks(mail('operator_dispute'))
  when(oneOfEach.DisputeLost).thenAsks(mail('operator_dispute'))
  when(oneOfEach.DisputeWon).thenAsks(mail('operator_dispute'))
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
