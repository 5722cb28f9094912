import { oneOfEach } from '../../test/specifications/every-event.ts'
import { orderId, paymentId } from '../../test/specifications/order-events.ts'
import { providerEventReceived, providerTime } from '../../test/specifications/payment-events.ts'
import { specificationOf } from '../../test/specifications/process-manager.ts'
import type { RecordProviderOutcome, ReportIncompleteOutcome } from './commands.ts'
import type { PaymentWebhookEvent } from './events.ts'
import { paymentProcess } from './process.ts'

describe('the payment process manager', () => {
  const { when, everyEventHasALine } = specificationOf(paymentProcess)

  when(oneOfEach.OrderPlaced).thenAsksNothing()
  when(oneOfEach.OrderConfirmed).thenAsksNothing()
  when(oneOfEach.OrderRejected).thenAsks({ type: 'VoidOrRefund', orderId, reason: 'order_rejected' })
  when(oneOfEach.OrderCancelled).thenAsks({ type: 'VoidOrRefund', orderId, reason: 'order_cancelled' })
  when(oneOfEach.LatePaymentDetected).thenAsks({ type: 'VoidOrRefund', orderId, reason: 'paid_too_late' })
  when(oneOfEach.OrderShipped).thenAsksNothing()
  when(oneOfEach.OrderDelivered).thenAsksNothing()
  when(oneOfEach.ReservationStarted).thenAsksNothing()
  when(oneOfEach.InventoryReserved).thenAsks({ type: 'RequestPayment', orderId })
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

  const said = (changes: Partial<PaymentWebhookEvent>) => providerEventReceived({ orderId, ...changes })
  const record = (outcome: RecordProviderOutcome['outcome']): RecordProviderOutcome => ({
    type: 'RecordProviderOutcome',
    orderId,
    outcome,
  })

  const { provider, providerEventId } = said({})
  const incomplete = (kind: string): ReportIncompleteOutcome => ({
    type: 'ReportIncompleteOutcome',
    provider,
    providerEventId,
    kind,
  })

  const succeeded = {
    kind: 'payment_succeeded',
    paymentId,
    providerPaymentId: 'pp-1',
    amount: 5500,
    currency: 'EUR',
  } as const
  when(said(succeeded), ' of a payment that succeeded').thenAsks(
    record({
      of: 'payment',
      paymentId,
      outcome: { kind: 'succeeded', providerPaymentId: 'pp-1', amount: 5500, currency: 'EUR' },
    }),
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
    record({
      of: 'refund',
      refundId: 'full',
      attempt: 1,
      outcome: { kind: 'succeeded', providerRefundId: 'pr-1', providerTime },
    }),
  )
  const notRefunded = { kind: 'refund_failed', refundId: 'full', attempt: 2, code: 'account_closed' } as const
  when(said(notRefunded), ' of a refund that failed').thenAsks(
    record({
      of: 'refund',
      refundId: 'full',
      attempt: 2,
      outcome: { kind: 'failed', code: 'account_closed', providerTime },
    }),
  )
  when(
    said({ kind: 'refund_failed', refundId: 'full', attempt: 1, code: '' }),
    ' of a refund that failed, not saying why',
  ).thenAsks(
    record({
      of: 'refund',
      refundId: 'full',
      attempt: 1,
      outcome: { kind: 'failed', code: 'unspecified', providerTime },
    }),
  )
  when(said({ ...succeeded, kind: 'other' }), ' of another kind').thenAsksNothing()
  for (const complete of [succeeded, failed, waits, refunded, notRefunded]) {
    for (const field of ['orderId', ...Object.keys(complete)].filter((name) => name !== 'kind' && name !== 'code')) {
      when(said({ ...complete, [field]: undefined }), ` (${complete.kind}) without ${field}`).thenAsks(
        incomplete(complete.kind),
      )
    }
  }
  for (const field of ['providerPaymentId', 'url', 'providerRefundId'] as const) {
    const complete = { providerPaymentId: succeeded, url: waits, providerRefundId: refunded }[field]
    when(said({ ...complete, [field]: '' }), ` (${complete.kind}) with an empty ${field}`).thenAsks(
      incomplete(complete.kind),
    )
  }

  when(oneOfEach.NotificationRequested).thenAsksNothing()
  when(oneOfEach.NotificationSent).thenAsksNothing()
  when(oneOfEach.NotificationFailed).thenAsksNothing()
  when(oneOfEach.ProductAdded).thenAsksNothing()
  when(oneOfEach.ProductPriceChanged).thenAsksNothing()
  when(oneOfEach.ProductDiscontinued).thenAsksNothing()

  everyEventHasALine()
})
