import { expect } from 'chai'
import {
  externalRefundFailed,
  externalRefundRecorded,
  paymentActionRequired,
  paymentFailed,
  paymentMismatchDetected,
  paymentOutcomeUnknown,
  paymentRequested,
  paymentSucceeded,
  paymentVoided,
  refundFailed,
  refundRequested,
  refundSucceeded,
} from '../../test/specifications/payment-events.ts'
import type { PaymentEvent } from '../payments/events.ts'
import { paymentDecider } from '../payments/payment.ts'
import { fold } from '../shared/decider.ts'
import { isAtRest, standingOf, type OrderProgress } from './at-rest.ts'
import { orderStatuses } from './status.ts'
import { waitsForUs } from './waits-for-us.ts'

const histories = {
  none: [],
  requested: [paymentRequested()],
  'action required': [paymentRequested(), paymentActionRequired()],
  unknown: [paymentRequested(), paymentOutcomeUnknown()],
  succeeded: [paymentRequested(), paymentSucceeded()],
  failed: [paymentRequested(), paymentFailed()],
  voided: [paymentVoided()],
  'voided, request open': [paymentRequested(), paymentVoided()],
  mismatch: [paymentRequested(), paymentMismatchDetected()],
  'refund under way': [paymentRequested(), paymentSucceeded(), refundRequested()],
  'refund failed': [paymentRequested(), paymentSucceeded(), refundRequested(), refundFailed()],
  'refund of a part failed': [
    paymentRequested(),
    paymentSucceeded(),
    refundRequested({ refundId: 'r-1', amount: 1000 }),
    refundFailed({ refundId: 'r-1' }),
  ],
  refunded: [paymentRequested(), paymentSucceeded(), refundRequested(), refundSucceeded()],
  'refunded elsewhere in part': [paymentRequested(), paymentSucceeded(), externalRefundRecorded()],
  'refunded elsewhere in full': [paymentRequested(), paymentSucceeded(), externalRefundRecorded({ amount: 5500 })],
  'rest refunded, and what was elsewhere failed': [
    paymentRequested(),
    paymentSucceeded(),
    externalRefundRecorded(),
    refundRequested({ amount: 3500 }),
    refundSucceeded({ amount: 3500 }),
    externalRefundFailed(),
  ],
} satisfies Readonly<Record<string, readonly PaymentEvent[]>>
type Name = keyof typeof histories
// The keys are those of the object above.
const names = Object.keys(histories) as Name[]

const progress = (
  order: OrderProgress['order'],
  reservation: OrderProgress['reservation'],
  payment: Name,
  linesHeld = 0,
) => ({ order, reservation, linesHeld, payment: standingOf(fold(paymentDecider, histories[payment])) })

const ours = (order: OrderProgress['order'], reservation: OrderProgress['reservation']) =>
  names.filter((payment) => waitsForUs(progress(order, reservation, payment)))

describe('an order waits for us', () => {
  it('once placed, while a step of one of the services has left no trace', () => {
    expect(ours('placed', 'none')).to.deep.equal(names)
    expect(ours('placed', 'started')).to.deep.equal(names)
    expect(ours('placed', 'failed')).to.deep.equal(names)
    // Of the rest the provider, the customer, an operator or the deadline has to say something.
    expect(ours('placed', 'reserved')).to.deep.equal([
      'none',
      'succeeded',
      'failed',
      'refund under way',
      'refund failed',
      'refund of a part failed',
      'refunded',
      'refunded elsewhere in part',
      'refunded elsewhere in full',
      'rest refunded, and what was elsewhere failed',
    ])
  })

  it('once shipped, until its stock is committed', () => {
    expect([ours('shipped', 'reserved'), ours('shipped', 'committed')]).to.deep.equal([names, []])
  })

  it('once closed, until it is seen to that stock and money go back', () => {
    for (const order of ['rejected', 'cancelled'] as const) {
      for (const reservation of ['none', 'started', 'reserved'] as const)
        expect(ours(order, reservation)).to.deep.equal(names)
      for (const reservation of ['failed', 'released'] as const) {
        expect(ours(order, reservation)).to.deep.equal([
          'none',
          'requested',
          'action required',
          'unknown',
          'succeeded',
          'refund of a part failed',
          'refunded elsewhere in part',
        ])
        expect(waitsForUs(progress(order, reservation, 'refunded', 1))).to.equal(true)
      }
    }
  })

  it('never at rest', () => {
    for (const order of orderStatuses) {
      for (const reservation of ['none', 'started', 'reserved', 'failed', 'released', 'committed'] as const) {
        for (const payment of names) {
          for (const linesHeld of [0, 1]) {
            const at = progress(order, reservation, payment, linesHeld)
            if (isAtRest({ ...at, notificationsOwed: 0 }))
              expect(waitsForUs(at), `${order} ${reservation} ${payment}`).to.equal(false)
          }
        }
      }
    }
  })
})
