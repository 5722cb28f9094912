import { expect } from 'chai'
import {
  disputeLost,
  disputeOpened,
  disputeWon,
  duplicateChargeDetected,
  externalRefundFailed,
  externalRefundRecorded,
  laterProviderTime,
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
import type { PaymentEvent } from '../payments/events.ts'
import { paymentDecider } from '../payments/payment.ts'
import { fold } from '../shared/decider.ts'
import type { OrderProgress } from './at-rest.ts'
import { isAtRest, standingOf } from './at-rest.ts'

const standing = (...events: readonly PaymentEvent[]) => standingOf(fold(paymentDecider, events))

const paid = [paymentRequested(), paymentSucceeded()] as const
const payments = {
  none: standing(),
  requested: standing(paymentRequested()),
  succeeded: standing(...paid),
  failed: standing(paymentRequested(), paymentFailed()),
  'voided, never requested': standing(paymentVoided()),
  'voided, request open': standing(paymentRequested(), paymentVoided()),
  'voided, request answered': standing(paymentRequested(), paymentVoided(), paymentFailed()),
  mismatch: standing(paymentRequested(), paymentMismatchDetected()),
  'refund under way': standing(...paid, refundRequested()),
  'refunded in part': standing(
    ...paid,
    refundRequested({ amount: 5499 }),
    refundSucceeded({ amount: 5499 }),
    refundRequested({ refundId: 'r-1', amount: 1 }),
  ),
  'refunded in full': standing(...paid, refundRequested(), refundSucceeded()),
  'refund failed': standing(...paid, refundRequested(), refundFailed()),
  'refund taken up again': standing(...paid, refundRequested(), refundFailed(), refundRequested({ attempt: 2 })),
  'one refund failed, another under way': standing(
    ...paid,
    refundRequested({ refundId: 'r-1', amount: 500 }),
    refundFailed({ refundId: 'r-1' }),
    refundRequested(),
  ),
  'refund settled by hand': standing(...paid, refundRequested(), refundFailed(), refundSettledManually()),
  'second charge not yet given back': standing(
    ...paid,
    refundRequested(),
    refundSucceeded(),
    duplicateChargeDetected(),
  ),
  'refund of a part failed': standing(
    ...paid,
    refundRequested({ refundId: 'r-1', amount: 1000 }),
    refundFailed({ refundId: 'r-1' }),
  ),
  'refund of a part failed, and all of it is back since': standing(
    ...paid,
    refundRequested({ refundId: 'r-1', amount: 1000 }),
    refundFailed({ refundId: 'r-1' }),
    refundRequested(),
    refundSucceeded(),
  ),
  'refund of a part failed after the rest was back': standing(
    ...paid,
    refundRequested({ refundId: 'r-1', amount: 1000 }),
    refundSucceeded({ refundId: 'r-1', amount: 1000 }),
    refundRequested({ amount: 4500 }),
    refundSucceeded({ amount: 4500 }),
    refundFailed({ refundId: 'r-1', providerTime: laterProviderTime }),
  ),
  'refunded elsewhere in part, and the rest by us': standing(
    ...paid,
    externalRefundRecorded(),
    refundRequested({ amount: 3500 }),
    refundSucceeded({ amount: 3500 }),
  ),
  'refunded elsewhere in part': standing(...paid, externalRefundRecorded()),
  'refunded elsewhere in full, which failed': standing(
    ...paid,
    externalRefundRecorded({ amount: 5500 }),
    externalRefundFailed({ amount: 5500 }),
  ),
  'rest refunded, and what was elsewhere failed': standing(
    ...paid,
    externalRefundRecorded(),
    refundRequested({ amount: 3500 }),
    refundSucceeded({ amount: 3500 }),
    externalRefundFailed(),
  ),
  'lost by a dispute': standing(...paid, disputeLost()),
  'dispute open': standing(...paid, disputeOpened()),
  'dispute won after it was lost': standing(...paid, disputeLost(), disputeWon()),
} as const
type PaymentName = keyof typeof payments

const reservations = ['none', 'started', 'reserved', 'failed', 'released', 'committed'] as const

/** Every (reservation, payment) in which the order is at rest, with nothing held and nothing owed. */
const atRest = (order: OrderProgress['order']): readonly string[] =>
  reservations.flatMap((reservation) =>
    (Object.keys(payments) as PaymentName[])
      .filter((name) => isAtRest({ order, reservation, linesHeld: 0, payment: payments[name], notificationsOwed: 0 }))
      .map((name) => `${reservation}: ${name}`),
  )

describe('an order at rest', () => {
  it('placed: never', () => {
    expect(atRest('placed')).to.deep.equal([])
  })

  it('confirmed: reserved and captured, whatever was refunded since', () => {
    expect(atRest('confirmed')).to.deep.equal([
      'reserved: succeeded',
      'reserved: refund under way',
      'reserved: refunded in part',
      'reserved: refunded in full',
      'reserved: refund failed',
      'reserved: refund taken up again',
      'reserved: one refund failed, another under way',
      'reserved: refund settled by hand',
      'reserved: second charge not yet given back',
      'reserved: refund of a part failed',
      'reserved: refund of a part failed, and all of it is back since',
      'reserved: refund of a part failed after the rest was back',
      'reserved: refunded elsewhere in part, and the rest by us',
      'reserved: refunded elsewhere in part',
      'reserved: refunded elsewhere in full, which failed',
      'reserved: rest refunded, and what was elsewhere failed',
      'reserved: lost by a dispute',
      'reserved: dispute open',
      'reserved: dispute won after it was lost',
    ])
  })

  for (const order of ['shipped', 'delivered'] as const) {
    it(`${order}: committed`, () => {
      expect(atRest(order)).to.deep.equal(Object.keys(payments).map((name) => `committed: ${name}`))
    })
  }

  for (const order of ['rejected', 'cancelled'] as const) {
    it(`${order}: nothing reserved, nothing kept, or in front of an operator`, () => {
      const kept = [
        'failed',
        'voided, never requested',
        'voided, request answered',
        'mismatch',
        'refunded in full',
        'refund failed',
        'refund settled by hand',
        'refund of a part failed, and all of it is back since',
        'refund of a part failed after the rest was back',
        'refunded elsewhere in part, and the rest by us',
        'rest refunded, and what was elsewhere failed',
        'lost by a dispute',
      ]
      expect(atRest(order)).to.deep.equal([
        ...kept.map((name) => `failed: ${name}`),
        ...kept.map((name) => `released: ${name}`),
      ])
    })
  }

  const quiet: OrderProgress = {
    order: 'cancelled',
    reservation: 'released',
    linesHeld: 0,
    payment: payments['refunded in full'],
    notificationsOwed: 0,
  }
  it('not while a line is held', () => {
    expect([isAtRest(quiet), isAtRest({ ...quiet, linesHeld: 1 })]).to.deep.equal([true, false])
  })
  it('not while a message is owed', () => {
    expect(isAtRest({ ...quiet, notificationsOwed: 1 })).to.equal(false)
    const confirmed: OrderProgress = {
      ...quiet,
      order: 'confirmed',
      reservation: 'reserved',
      payment: payments.succeeded,
    }
    expect([isAtRest({ ...confirmed, linesHeld: 2 }), isAtRest({ ...confirmed, notificationsOwed: 1 })]).to.deep.equal([
      true,
      false,
    ])
  })
})

it('money that no number holds exactly is added up by nobody', () => {
  const most = { amount: Number.MAX_SAFE_INTEGER }
  const taken = [paymentRequested(), { ...paymentSucceeded(), ...most }] as const
  expect(() => standing(...taken, { ...duplicateChargeDetected(), amount: 1 })).to.throw(RangeError)
  const again = (providerRefundId: string) => externalRefundRecorded({ ...most, providerRefundId })
  expect(() => standing(...taken, again('pr-1'), again('pr-2'))).to.throw(RangeError)
})
