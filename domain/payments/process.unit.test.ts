import { everyEvent } from '../../test/specifications/every-event.ts'
import { orderId, paymentId } from '../../test/specifications/order-events.ts'
import { providerEventReceived, providerTime } from '../../test/specifications/payment-events.ts'
import { specificationOf } from '../../test/specifications/process-manager.ts'
import type { RecordProviderOutcome } from './commands.ts'
import type { PaymentWebhookEvent } from './events.ts'
import { paymentProcess } from './process.ts'

describe('the payment process manager', () => {
  const { when, everyEventHasALine } = specificationOf(paymentProcess)

  when(everyEvent.OrderPlaced).thenAsksNothing()
  when(everyEvent.OrderConfirmed).thenAsksNothing()
  when(everyEvent.OrderRejected).thenAsks({ type: 'VoidOrRefund', orderId, reason: 'order_rejected' })
  when(everyEvent.OrderCancelled).thenAsks({ type: 'VoidOrRefund', orderId, reason: 'order_cancelled' })
  when(everyEvent.LatePaymentDetected).thenAsks({ type: 'VoidOrRefund', orderId, reason: 'paid_too_late' })
  when(everyEvent.OrderShipped).thenAsksNothing()
  when(everyEvent.OrderDelivered).thenAsksNothing()
  when(everyEvent.ReservationStarted).thenAsksNothing()
  when(everyEvent.InventoryReserved).thenAsks({ type: 'RequestPayment', orderId })
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

  const said = (changes: Partial<PaymentWebhookEvent>) => providerEventReceived({ orderId, ...changes })
  const record = (outcome: RecordProviderOutcome['outcome']): RecordProviderOutcome => ({ type: 'RecordProviderOutcome', orderId, outcome })

  const succeeded = { kind: 'payment_succeeded', paymentId, providerPaymentId: 'pp-1', amount: 5500, currency: 'EUR' } as const
  when(said(succeeded), ' of a payment that succeeded').thenAsks(
    record({ of: 'payment', paymentId, outcome: { kind: 'succeeded', providerPaymentId: 'pp-1', amount: 5500, currency: 'EUR' } }),
  )
  const failed = { kind: 'payment_failed', paymentId, code: 'card_declined' } as const
  when(said(failed), ' of a payment that failed').thenAsks(
    record({ of: 'payment', paymentId, outcome: { kind: 'failed', code: 'card_declined' } }),
  )
  when(said({ kind: 'payment_failed', paymentId }), ' of a payment that failed, not saying why').thenAsks(
    record({ of: 'payment', paymentId, outcome: { kind: 'failed', code: 'unspecified' } }),
  )
  const waits = { kind: 'payment_action_required', paymentId, url: 'http://provider.example/confirm' } as const
  when(said(waits), ' of a payment that waits for the customer').thenAsks(
    record({ of: 'payment', paymentId, outcome: { kind: 'action_required', url: 'http://provider.example/confirm' } }),
  )
  const refunded = { kind: 'refund_succeeded', refundId: 'full', attempt: 1, providerRefundId: 'pr-1' } as const
  when(said(refunded), ' of a refund that succeeded').thenAsks(
    record({ of: 'refund', refundId: 'full', attempt: 1, outcome: { kind: 'succeeded', providerRefundId: 'pr-1', providerTime } }),
  )
  const notRefunded = { kind: 'refund_failed', refundId: 'full', attempt: 2, code: 'account_closed' } as const
  when(said(notRefunded), ' of a refund that failed').thenAsks(
    record({ of: 'refund', refundId: 'full', attempt: 2, outcome: { kind: 'failed', code: 'account_closed', providerTime } }),
  )
  when(said({ kind: 'refund_failed', refundId: 'full', attempt: 1, code: '' }), ' of a refund that failed, not saying why').thenAsks(
    record({ of: 'refund', refundId: 'full', attempt: 1, outcome: { kind: 'failed', code: 'unspecified', providerTime } }),
  )
  when(said({ ...succeeded, kind: 'other' }), ' of another kind').thenAsksNothing()
  for (const complete of [succeeded, failed, waits, refunded, notRefunded]) {
    for (const field of ['orderId', ...Object.keys(complete)].filter((name) => name !== 'kind' && name !== 'code')) {
      when(said({ ...complete, [field]: undefined }), ` (${complete.kind}) without ${field}`).thenAsksNothing()
    }
  }
  for (const field of ['providerPaymentId', 'url', 'providerRefundId'] as const) {
    const complete = { providerPaymentId: succeeded, url: waits, providerRefundId: refunded }[field]
    when(said({ ...complete, [field]: '' }), ` (${complete.kind}) with an empty ${field}`).thenAsksNothing()
  }

  when(everyEvent.NotificationRequested).thenAsksNothing()
  when(everyEvent.NotificationSent).thenAsksNothing()
  when(everyEvent.NotificationFailed).thenAsksNothing()
  when(everyEvent.ProductAdded).thenAsksNothing()
  when(everyEvent.ProductPriceChanged).thenAsksNothing()
  when(everyEvent.ProductDiscontinued).thenAsksNothing()

  everyEventHasALine()
})
