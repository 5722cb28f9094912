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
  when(oneOfEach.OrderDelayed).thenAsksNothing()
  when(oneOfEach.ShipmentHeld).thenAsksNothing()
  when(oneOfEach.ShipmentReleased).thenAsksNothing()
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
  when(oneOfEach.RefundFailed).thenAsks({ type: 'RefundIfClosed', orderId, reason: 'refund_failed' })
  when(oneOfEach.RefundSettledManually).thenAsksNothing()
  when(oneOfEach.RefundWithdrawn).thenAsksNothing()
  when(oneOfEach.ExternalRefundRecorded).thenAsksNothing()
  when(oneOfEach.ExternalRefundFailed).thenAsks({ type: 'RefundIfClosed', orderId, reason: 'external_refund_failed' })
  when(oneOfEach.DisputeOpened).thenAsksNothing()
  when(oneOfEach.DisputeLost).thenAsksNothing()
  when(oneOfEach.DisputeWon).thenAsks({ type: 'RefundIfClosed', orderId, reason: 'dispute_won' })

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
  const claim = { refundId: 'full', attempt: 1 }
  const money = { providerPaymentId: 'pp-1', amount: 500, currency: 'EUR' }
  const back = { kind: 'succeeded', providerRefundId: 'pr-1', providerTime } as const
  const refunded = { kind: 'refund_succeeded', ...claim, providerRefundId: 'pr-1' } as const
  when(said(refunded), ' of a refund that succeeded').thenAsks(
    record({ of: 'refund', paymentId: undefined, claim, refund: undefined, outcome: back }),
  )
  when(said({ ...refunded, ...money, paymentId }), ' of a refund that succeeded, saying all').thenAsks(
    record({ of: 'refund', paymentId, claim, refund: { providerRefundId: 'pr-1', ...money }, outcome: back }),
  )
  const dashboard = { kind: 'refund_succeeded', providerRefundId: 'pr-9', ...money } as const
  const outside = {
    of: 'refund',
    paymentId: undefined,
    claim: undefined,
    refund: { providerRefundId: 'pr-9', ...money },
    outcome: { ...back, providerRefundId: 'pr-9' },
  } as const
  when(said(dashboard), ' of a refund that says nothing of ours').thenAsks(record(outside))
  const notRefunded = { kind: 'refund_failed', refundId: 'full', attempt: 2, code: 'account_closed' } as const
  when(said(notRefunded), ' of a refund that failed').thenAsks(
    record({
      of: 'refund',
      paymentId: undefined,
      claim: { refundId: 'full', attempt: 2 },
      refund: undefined,
      outcome: { kind: 'failed', code: 'account_closed', providerTime },
    }),
  )
  when(said({ kind: 'refund_failed', ...claim, code: '' }), ' of a refund that failed, not saying why').thenAsks(
    record({
      of: 'refund',
      paymentId: undefined,
      claim,
      refund: undefined,
      outcome: { kind: 'failed', code: 'unspecified', providerTime },
    }),
  )
  const disputed = { kind: 'dispute_opened', providerDisputeId: 'dp-1', ...money } as const
  const dispute = { providerDisputeId: 'dp-1', ...money }
  for (const [kind, says] of [
    ['dispute_opened', 'opened'],
    ['dispute_won', 'won'],
    ['dispute_lost', 'lost'],
  ] as const) {
    when(said({ ...disputed, kind }), ` of a dispute that is ${says}`).thenAsks(
      record({ of: 'dispute', paymentId: undefined, dispute, outcome: { kind: says, providerTime } }),
    )
  }
  when(said({ ...dashboard, providerPaymentId: undefined }), ' of a refund that names no payment').thenAsks(
    record({ ...outside, refund: { ...outside.refund, providerPaymentId: undefined } }),
  )
  when(said({ ...dashboard, orderId: undefined }), ' of a refund that names no order').thenAsks({
    type: 'RecordOutcomeOfUnnamedOrder',
    providerPaymentId: 'pp-1',
    outcome: outside,
    otherwise: incomplete('refund_succeeded'),
  })
  when(said({ ...succeeded, orderId: undefined }), ' of a payment that names no order').thenAsks({
    type: 'RecordOutcomeOfUnnamedOrder',
    providerPaymentId: 'pp-1',
    outcome: {
      of: 'payment',
      paymentId,
      outcome: { kind: 'succeeded', providerPaymentId: 'pp-1', amount: 5500, currency: 'EUR' },
    },
    otherwise: incomplete('payment_succeeded'),
  })
  for (const field of ['amount', 'currency', 'providerDisputeId'])
    when(
      said({ ...disputed, orderId: undefined, [field]: undefined }),
      ` that names no order, without ${field}`,
    ).thenAsks({
      type: 'RecordOutcomeOfUnnamedOrder',
      providerPaymentId: 'pp-1',
      outcome: undefined,
      otherwise: incomplete('dispute_opened'),
    })
  when(said({ ...succeeded, kind: 'other' }), ' of another kind').thenAsksNothing()
  for (const complete of [succeeded, failed, waits, refunded, notRefunded, dashboard, disputed]) {
    const named = 'providerPaymentId' in complete
    const names = Object.keys(complete).filter((name) => complete !== dashboard || name !== 'providerPaymentId')
    for (const field of [...names, ...(named ? [] : ['orderId'])].filter(
      (name) => name !== 'kind' && name !== 'code',
    )) {
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
  when(oneOfEach.ProductRenamed).thenAsksNothing()
  when(oneOfEach.ProductPriceChanged).thenAsksNothing()
  when(oneOfEach.ProductDiscontinued).thenAsksNothing()
  when(oneOfEach.ProductRelisted).thenAsksNothing()

  everyEventHasALine()
})
