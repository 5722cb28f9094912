import { inEveryState, specificationOf } from '../../test/specifications/decider.ts'
import { orderId } from '../../test/specifications/order-events.ts'
import {
  paymentFailed,
  paymentMismatchDetected,
  paymentRequested,
  paymentSucceeded,
  paymentVoided,
  refundFailed,
  refundRequested,
  refundSettledManually,
  refundSucceeded,
} from '../../test/specifications/payment-events.ts'
import type { LineToRefund, PaymentCommand } from './commands.ts'
import { paymentDecider } from './payment.ts'

const { given } = specificationOf(paymentDecider)

/** Of the order of the specifications: two cups at 12.50 and a pot at 30.00. */
const cups = (quantity: number): LineToRefund => ({ sku: 'CUP', quantity, ordered: 2, unitPrice: 1250 })
const pots = (quantity: number): LineToRefund => ({ sku: 'POT', quantity, ordered: 1, unitPrice: 3000 })
const asked = (refundId: string, ...lines: readonly LineToRefund[]): PaymentCommand => ({
  type: 'RefundLines',
  orderId,
  refundId,
  lines,
  currency: 'EUR',
  reason: 'broken',
})
const made = (refundId: string, ...lines: readonly LineToRefund[]) =>
  refundRequested({
    refundId,
    amount: lines.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice, 0),
    reason: 'broken',
    lines: lines.map(({ sku, quantity, ordered }) => ({ sku, quantity, ordered })),
  })

const paid = [paymentRequested(), paymentSucceeded()] as const
const everyState = inEveryState(paymentDecider, {
  none: [],
  requested: [paymentRequested()],
  failed: [paymentRequested(), paymentFailed()],
  voided: [paymentRequested(), paymentVoided()],
  succeeded: paid,
  mismatch: [paymentRequested(), paymentMismatchDetected()],
  'all of it requested': [...paid, refundRequested()],
  'all of it refunded': [...paid, refundRequested(), refundSucceeded()],
  'a part refunded by its amount': [...paid, refundRequested({ refundId: 'r-0', amount: 2500 })],
  'the line requested': [...paid, made('r-0', cups(2))],
  'the line refunded': [...paid, made('r-0', cups(2)), refundSucceeded({ refundId: 'r-0', amount: 2500 })],
  'the line failed': [...paid, made('r-0', cups(2)), refundFailed({ refundId: 'r-0' })],
  'another line requested': [...paid, made('r-0', pots(1))],
  'the same requested': [...paid, made('r-1', cups(2))],
})

describe('a refund by line: RefundLines', () => {
  everyState(asked('r-1', cups(2)), {
    none: 'refund_exceeds_payment',
    requested: 'refund_exceeds_payment',
    failed: 'refund_exceeds_payment',
    voided: 'refund_exceeds_payment',
    succeeded: [made('r-1', cups(2))],
    mismatch: [made('r-1', cups(2))],
    'all of it requested': 'refund_exceeds_payment',
    'all of it refunded': 'refund_exceeds_payment',
    'a part refunded by its amount': [made('r-1', cups(2))],
    'the line requested': 'refund_exceeds_line',
    'the line refunded': 'refund_exceeds_line',
    'the line failed': [made('r-1', cups(2))],
    'another line requested': [made('r-1', cups(2))],
    'the same requested': [],
  })

  it('of several lines is one refund of what they cost together', () => {
    given(...paid)
      .when(asked('r-1', cups(1), pots(1)))
      .then(made('r-1', cups(1), pots(1)))
  })

  it('never gives back more of a line than was ordered, in as many refunds as it takes', () => {
    given(...paid, made('r-0', cups(1)))
      .when(asked('r-1', cups(1)))
      .then(made('r-1', cups(1)))
    given(...paid, made('r-0', cups(1)))
      .when(asked('r-1', cups(2)))
      .thenRefused('refund_exceeds_line', { sku: 'CUP', ordered: 2, left: 1 })
    given(...paid)
      .when(asked('r-1', cups(1), { sku: 'LID', quantity: 1, ordered: 0, unitPrice: 0 }))
      .thenRefused('refund_exceeds_line', { sku: 'LID', ordered: 0, left: 0 })
  })

  it('under an id that was used for something else is refused', () => {
    given(...paid, made('r-1', cups(1)))
      .when(asked('r-1', cups(2)))
      .thenRefused('refund_reused')
    given(...paid, refundRequested({ refundId: 'r-1', amount: 2500 }))
      .when(asked('r-1', cups(2)))
      .thenRefused('refund_reused')
    given(...paid, made('r-1', cups(2)))
      .when({ type: 'RefundPayment', orderId, refundId: 'r-1', amount: 2500, currency: 'EUR', reason: 'broken' })
      .thenRefused('refund_reused')
  })
})

describe('a refund by line that has failed', () => {
  const failed = [...paid, made('r-0', cups(2)), refundFailed({ refundId: 'r-0' })] as const
  const retry: PaymentCommand = { type: 'RetryRefund', orderId, refundId: 'r-0' }

  it('is tried again for the same lines', () => {
    given(...failed)
      .when(retry)
      .then({ ...made('r-0', cups(2)), attempt: 2 })
  })

  it('is not, nor settled by hand, when another has taken its place', () => {
    given(...failed, made('r-1', cups(1)))
      .when(retry)
      .thenRefused('refund_exceeds_line', { sku: 'CUP', ordered: 2, left: 1 })
    given(...failed, made('r-1', cups(1)))
      .when({ type: 'SettleRefund', orderId, refundId: 'r-0', note: 'by bank transfer' })
      .thenRefused('refund_exceeds_line')
  })

  it('and was settled by hand counts', () => {
    given(...failed, { ...refundSettledManually(), refundId: 'r-0' })
      .when(asked('r-1', cups(1)))
      .thenRefused('refund_exceeds_line', { sku: 'CUP', ordered: 2, left: 0 })
  })
})

describe('a refund of a line that was free', () => {
  const sticker: LineToRefund = { sku: 'STICKER', quantity: 1, ordered: 1, unitPrice: 0 }

  it('is refused: there is nothing to give back', () => {
    given(...paid)
      .when(asked('r-1', sticker))
      .thenRefused('refund_of_nothing')
  })

  it('goes with others that were not', () => {
    given(...paid)
      .when(asked('r-1', cups(1), sticker))
      .then(made('r-1', cups(1), sticker))
  })

  it('of more than was ordered says that first', () => {
    given(...paid)
      .when(asked('r-1', { ...sticker, quantity: 2 }))
      .thenRefused('refund_exceeds_line', { sku: 'STICKER', ordered: 1, left: 1 })
  })
})
