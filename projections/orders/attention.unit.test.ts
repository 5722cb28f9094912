import { expect } from 'chai'
import type { OrderEvent } from '../../domain/orders/events.ts'
import type { PaymentEvent } from '../../domain/payments/events.ts'
import { cancelled, confirmed as orderConfirmed, placed, shipped } from '../../test/specifications/order-events.ts'
import {
  disputeLost,
  disputeOpened,
  disputeWon,
  duplicateChargeDetected,
  externalRefundRecorded,
  paymentMismatchDetected,
  paymentRequested,
  paymentSucceeded,
  refundFailed,
  refundRequested,
  refundSettledManually,
  refundSucceeded,
  refundWithdrawn,
} from '../../test/specifications/payment-events.ts'
import { recordedOf } from '../../test/specifications/projection.ts'
import { ordersProjection } from './projection.ts'
import type { AttentionReason, OrderRow } from './table.ts'

const attentionAfter = (...events: readonly (PaymentEvent | OrderEvent)[]): readonly AttentionReason[] | undefined => {
  let row: OrderRow | undefined
  for (const recorded of recordedOf([placed(), ...events])) {
    const next = ordersProjection.evolve(row, recorded, placed().orderId)
    if (next === 'delete') throw new Error('no order goes away')
    if (next !== 'same') row = next
  }
  return row?.attention
}

const paid = [paymentRequested(), paymentSucceeded()] as const
const mismatch = [paymentRequested(), paymentMismatchDetected(9900)] as const
const inDollars = [paymentRequested(), paymentMismatchDetected(9900, 'USD')] as const
const usd = { amount: 9900, currency: 'USD' } as const
const twice = [...paid, duplicateChargeDetected()] as const
const second = { refundId: 'duplicate-pp-2', providerPaymentId: 'pp-2' }

const confirmed = [...paid, orderConfirmed()] as const
const part = { amount: 2000 } as const
const partLost = [...confirmed, disputeLost(part), cancelled()] as const
const histories: readonly (readonly [string, readonly (PaymentEvent | OrderEvent)[], readonly AttentionReason[]])[] = [
  ['paid', paid, []],
  ['another amount was taken', mismatch, ['payment_mismatch']],
  ['that is on its way back', [...mismatch, refundRequested({ amount: 9900 })], []],
  [
    'that came back in part',
    [...mismatch, refundRequested({ amount: 4400 }), refundSucceeded({ amount: 4400 })],
    ['payment_mismatch'],
  ],
  [
    'that could not be given back',
    [...mismatch, refundRequested({ amount: 9900 }), refundFailed()],
    ['payment_mismatch', 'refund_failed'],
  ],
  ['another currency was taken', inDollars, ['payment_mismatch']],
  ['and has come back', [...inDollars, refundRequested(usd), refundSucceeded(usd)], []],
  ['and has come back without us', [...inDollars, externalRefundRecorded(usd)], []],
  ['and was taken back by the bank', [...inDollars, disputeOpened(usd), disputeLost(usd)], ['dispute_lost']],
  [
    'and some of it has come back without us',
    [...inDollars, externalRefundRecorded({ ...usd, amount: 4400 })],
    ['payment_mismatch'],
  ],
  ['taken twice', twice, ['duplicate_charge']],
  ['the second is on its way back', [...twice, refundRequested(second)], ['duplicate_charge']],
  ['the second is back', [...twice, refundRequested(second), refundSucceeded({ refundId: second.refundId })], []],
  [
    'the second is back without us',
    [...twice, externalRefundRecorded({ providerPaymentId: 'pp-2', amount: 5500 })],
    [],
  ],
  [
    'the second could not be given back',
    [...twice, refundRequested(second), refundFailed({ refundId: second.refundId })],
    ['duplicate_charge', 'refund_failed'],
  ],
  ['a refund failed', [...paid, refundRequested(), refundFailed()], ['refund_failed']],
  ['and is tried again', [...paid, refundRequested(), refundFailed(), refundRequested({ attempt: 2 })], []],
  ['or withdrawn', [...paid, refundRequested(), refundFailed(), refundWithdrawn()], []],
  [
    'or withdrawn, since another has given back the same',
    [
      ...paid,
      refundRequested({ refundId: 'r-1', amount: 500 }),
      refundFailed({ refundId: 'r-1' }),
      refundRequested({ refundId: 'r-9', amount: 500 }),
      refundSucceeded({ refundId: 'r-9', amount: 500 }),
      refundWithdrawn('r-1'),
    ],
    [],
  ],
  [
    'or withdrawn, of a second charge',
    [...twice, refundRequested(second), refundFailed({ refundId: second.refundId }), refundWithdrawn(second.refundId)],
    [],
  ],
  ['or settled by hand', [...paid, refundRequested(), refundFailed(), refundSettledManually()], []],
  [
    'or another has taken its place',
    [...paid, refundRequested(), refundFailed(), refundRequested({ refundId: 'r-9' })],
    [],
  ],
  ['disputed', [...paid, disputeOpened()], ['payment_disputed']],
  ['the dispute is lost', [...paid, disputeOpened(), disputeLost()], ['dispute_lost']],
  ['the dispute of a confirmed order is lost', [...confirmed, disputeOpened(), disputeLost()], ['dispute_lost']],
  ['and it is cancelled', [...confirmed, disputeLost(), cancelled()], []],
  ['or was cancelled before', [...confirmed, cancelled(), disputeLost()], []],
  ['or was on its way by then', [...confirmed, shipped(), disputeLost()], []],
  ['or the dispute is won after all', [...confirmed, disputeLost(), disputeWon()], []],
  ['of a closed order all is on its way back', [...confirmed, cancelled(), refundRequested()], []],
  ['nothing is asked for yet', [...confirmed, cancelled()], []],
  [
    'what a bank had taken of a closed order has come back, when the rest had gone',
    [...partLost, refundRequested({ amount: 3500 }), refundSucceeded({ amount: 3500 }), disputeWon(part)],
    ['money_kept'],
  ],
  [
    'and is on its way to the customer',
    [
      ...partLost,
      refundRequested({ amount: 3500 }),
      refundSucceeded({ amount: 3500 }),
      disputeWon(part),
      refundRequested({ refundId: 'r-9', amount: 2000 }),
    ],
    [],
  ],
  [
    'the rest could not be given back',
    [...partLost, refundRequested({ amount: 3500 }), refundFailed(), disputeWon(part)],
    ['refund_failed'],
  ],
  [
    'the rest is not to go back, as an operator says',
    [...confirmed, cancelled(), refundRequested(), refundFailed(), refundWithdrawn()],
    [],
  ],
  ['the dispute is won', [...paid, disputeOpened(), disputeWon()], []],
]

describe("why a person has to look at an order's money", () => {
  for (const [what, events, reasons] of histories)
    it(`${what}: ${reasons.join(', ') || 'nobody has to'}`, () => {
      expect(attentionAfter(...events)).to.deep.equal(reasons)
    })
})
