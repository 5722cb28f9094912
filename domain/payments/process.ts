import type { ShopEvent } from '../registry.ts'
import type { ProcessManager } from '../shared/process-manager.ts'
import type { PaymentProcessCommand } from './commands.ts'
import { recordProviderEvent } from './provider-event.ts'

/** An order's money: asked for when its stock is held, voided or refunded when it is closed. */
export const paymentProcess: ProcessManager<ShopEvent, PaymentProcessCommand> = {
  group: 'payment',
  on: {
    InventoryReserved: ({ orderId }) => [{ type: 'RequestPayment', orderId }],
    PaymentProviderEventReceived: recordProviderEvent,
    OrderRejected: ({ orderId }) => [{ type: 'VoidOrRefund', orderId, reason: 'order_rejected' }],
    OrderCancelled: ({ orderId }) => [{ type: 'VoidOrRefund', orderId, reason: 'order_cancelled' }],
    LatePaymentDetected: ({ orderId }) => [{ type: 'VoidOrRefund', orderId, reason: 'paid_too_late' }],
    // A part of it, asked for before the order was closed: it was left out then of what is given back.
    RefundFailed: ({ orderId }) => [{ type: 'RefundIfClosed', orderId, reason: 'refund_failed' }],
    ExternalRefundFailed: ({ orderId }) => [{ type: 'RefundIfClosed', orderId, reason: 'external_refund_failed' }],
    DisputeWon: ({ orderId }) => [{ type: 'RefundIfClosed', orderId, reason: 'dispute_won' }],
  },
}
