import type { Template } from '../../domain/notifications/events.ts'
import type { MessageFacts } from './views.ts'

const orderId = '7d1a4c52-92b6-4f0e-8a3d-0c6b3e5f9d21'
const paymentId = 'c0ffee00-0000-4000-8000-000000000001'

const placed: MessageFacts['placed'] = {
  type: 'OrderPlaced',
  orderId,
  number: 'K7Q2M9XR4T',
  customerId: 'alice',
  lines: [
    { sku: 'CUP-BLUE', name: 'Cup, blue', quantity: 2, unitPrice: 1_250 },
    { sku: 'POT-3L', name: 'Pot, 3 l', quantity: 1, unitPrice: 129_900 },
  ],
  total: 132_400,
  currency: 'EUR',
  shipTo: { name: 'Alice Adams', street: '1 Main Street', postalCode: '10115', city: 'Berlin', country: 'DE' },
  contact: { email: 'alice@shop.example', phone: '+491700000000' },
  paymentMethod: 'card',
  requestHash: 'sample',
}

const externalRefund = {
  orderId,
  providerPaymentId: 'p-1',
  providerRefundId: 'r-9',
  amount: 5_00,
  currency: placed.currency,
  providerTime: '2026-03-01T10:00:00.000Z',
} as const
const dispute = {
  orderId,
  providerPaymentId: 'p-1',
  providerDisputeId: 'd-1',
  amount: placed.total,
  currency: placed.currency,
  providerTime: '2026-03-01T10:00:00.000Z',
} as const

const causes: { readonly [T in Template]: readonly MessageFacts['cause'][] } = {
  received: [placed],
  confirm_payment: [
    { type: 'PaymentActionRequired', orderId, paymentId, url: 'https://bank.shop.example/confirm?payment=1' },
  ],
  delayed: [{ type: 'OrderDelayed', orderId, reason: 'payment_unanswered' }],
  confirmed: [{ type: 'OrderConfirmed', orderId, total: placed.total, currency: placed.currency }],
  rejected: [
    {
      type: 'OrderRejected',
      orderId,
      reason: 'out_of_stock',
      shortages: [{ sku: 'POT-3L', wanted: 1, available: 0 }],
    },
    { type: 'OrderRejected', orderId, reason: 'payment_failed' },
  ],
  cancelled: [
    { type: 'OrderCancelled', orderId, reason: 'customer' },
    { type: 'OrderCancelled', orderId, reason: 'operator' },
    { type: 'OrderCancelled', orderId, reason: 'expired' },
  ],
  shipped: [{ type: 'OrderShipped', orderId, carrier: 'Post', trackingNumber: 'T-1' }],
  refunded: [
    {
      type: 'RefundSucceeded',
      orderId,
      refundId: 'full',
      attempt: 1,
      amount: placed.total,
      currency: placed.currency,
      providerRefundId: 'r-1',
    },
  ],
  operator_refund_failed: [{ type: 'RefundFailed', orderId, refundId: 'full', attempt: 1, code: 'account_closed' }],
  operator_payment_mismatch: [
    {
      type: 'PaymentMismatchDetected',
      orderId,
      paymentId,
      providerPaymentId: 'p-1',
      captured: 99_00,
      currency: placed.currency,
    },
  ],
  operator_external_refund: [
    { type: 'ExternalRefundRecorded', ...externalRefund },
    { type: 'ExternalRefundFailed', ...externalRefund, code: 'account_closed' },
  ],
  operator_dispute: [
    { type: 'DisputeOpened', ...dispute },
    { type: 'DisputeLost', ...dispute },
    { type: 'DisputeLost', ...dispute, ofDuplicate: true },
    { type: 'DisputeWon', ...dispute },
  ],
}

/** An order as it could be, once for each wording that the template has. */
export const sampleOf = (template: Template): readonly MessageFacts[] =>
  causes[template].map((cause) => ({ placed, cause, at: new Date('2026-03-01T10:00:00Z') }))
