import { everyEvent } from '../../test/specifications/every-event.ts'
import { orderId } from '../../test/specifications/order-events.ts'
import { causeId, specificationOf } from '../../test/specifications/process-manager.ts'
import type { RequestNotification } from './commands.ts'
import type { Template } from './events.ts'
import { notificationProcess } from './process.ts'

const mail = (template: Template): RequestNotification => ({
  type: 'RequestNotification',
  orderId,
  key: `${template}:${causeId}:email`,
  template,
  channel: 'email',
  causedBy: causeId,
})

describe('the notification process manager', () => {
  const { when, everyEventHasALine } = specificationOf(notificationProcess)

  when(everyEvent.OrderPlaced).thenAsks(mail('received'))
  when(everyEvent.OrderConfirmed).thenAsks(mail('confirmed'))
  when(everyEvent.OrderRejected).thenAsks(mail('rejected'))
  when(everyEvent.OrderCancelled).thenAsks(mail('cancelled'))
  when(everyEvent.LatePaymentDetected).thenAsksNothing()
  when(everyEvent.OrderShipped).thenAsks(mail('shipped'))
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
  when(everyEvent.PaymentActionRequired).thenAsks(mail('confirm_payment'))
  when(everyEvent.PaymentSucceeded).thenAsksNothing()
  when(everyEvent.PaymentFailed).thenAsksNothing()
  when(everyEvent.PaymentOutcomeUnknown).thenAsksNothing()
  when(everyEvent.PaymentVoided).thenAsksNothing()
  when(everyEvent.PaymentMismatchDetected).thenAsks(mail('operator_payment_mismatch'))
  when(everyEvent.DuplicateChargeDetected).thenAsksNothing()
  when(everyEvent.RefundRequested).thenAsksNothing()
  when(everyEvent.RefundSucceeded).thenAsks(mail('refunded'))
  when(everyEvent.RefundFailed).thenAsks(mail('operator_refund_failed'))
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
