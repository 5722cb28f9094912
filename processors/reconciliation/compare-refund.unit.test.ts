import { expect } from 'chai'
import type { PaymentEvent } from '../../domain/payments/events.ts'
import { evolve } from '../../domain/payments/evolve.ts'
import { paymentDecider, type Payment } from '../../domain/payments/payment.ts'
import type { ListedRefund } from '../../payment-providers/listing.ts'
import { orderId, paymentId } from '../../test/specifications/order-events.ts'
import {
  duplicateChargeDetected,
  externalRefundFailed,
  externalRefundRecorded,
  paymentRequested,
  paymentSucceeded,
  refundFailed,
  refundRequested,
  refundSettledManually,
  refundSucceeded,
} from '../../test/specifications/payment-events.ts'
import { compareRefund, isCountedAsRefunded } from './compare-refund.ts'
import type { DifferenceKind } from './difference.ts'

const at = new Date('2026-03-02T12:00:00Z')
const createdAt = new Date('2026-03-01T12:00:00Z')
const foldOf = (events: readonly PaymentEvent[]): Payment =>
  [paymentRequested(), paymentSucceeded(), ...events].reduce<Payment>(evolve, paymentDecider.initialState)
const listed = (changes: Partial<ListedRefund> = {}): ListedRefund => ({
  providerRefundId: 'pr-1',
  providerPaymentId: 'pp-1',
  orderId,
  claim: { refundId: 'full', attempt: 1 },
  status: { kind: 'succeeded' },
  money: { amount: 5500, currency: 'EUR' },
  createdAt,
  ...changes,
})
const external = (changes: Partial<ListedRefund> = {}) =>
  listed({ providerRefundId: 'pr-9', claim: undefined, money: { amount: 2000, currency: 'EUR' }, ...changes })
const failed = { kind: 'failed', code: 'account_closed' } as const
const pending = { kind: 'pending' } as const
const second = refundRequested({ attempt: 2 })

type Case = readonly [
  what: string,
  events: readonly PaymentEvent[],
  listed: ListedRefund,
  kind: DifferenceKind | undefined,
  remedy?: 'record' | 'operator',
]
const cases: readonly Case[] = [
  ['of ours, known as made', [refundRequested(), refundSucceeded()], listed(), undefined],
  ['of ours, without an outcome here', [refundRequested()], listed(), 'refunded_there', 'record'],
  ['of ours, that failed here', [refundRequested(), refundFailed()], listed(), 'refunded_there', 'operator'],
  [
    'of ours, that failed here after it had been made',
    [refundRequested(), refundSucceeded(), refundFailed()],
    listed(),
    'refunded_there',
    'operator',
  ],
  [
    'of ours, given back another way since',
    [refundRequested(), refundSucceeded(), refundFailed(), refundSettledManually()],
    listed(),
    'refunded_there',
    'operator',
  ],
  [
    'an attempt of ours that was followed by another',
    [refundRequested(), refundFailed(), second],
    listed(),
    'refunded_there',
    'operator',
  ],
  [
    'of ours, of another amount',
    [refundRequested(), refundSucceeded()],
    listed({ money: { amount: 5000, currency: 'EUR' } }),
    'amount',
    'operator',
  ],
  [
    'of ours, in another currency',
    [refundRequested(), refundSucceeded()],
    listed({ money: { amount: 5500, currency: 'USD' } }),
    'currency',
    'operator',
  ],
  [
    'of ours, failed there, made here',
    [refundRequested(), refundSucceeded()],
    listed({ status: failed }),
    'refund_failed_there',
    'record',
  ],
  [
    'of ours, failed there, open here',
    [refundRequested()],
    listed({ status: failed }),
    'refund_failed_there',
    'record',
  ],
  ['of ours, failed in both', [refundRequested(), refundFailed()], listed({ status: failed }), undefined],
  [
    'of ours, failed there and settled here',
    [refundRequested(), refundFailed(), refundSettledManually()],
    listed({ status: failed }),
    undefined,
  ],
  [
    'an older attempt that failed there',
    [refundRequested(), refundFailed(), second],
    listed({ status: failed }),
    undefined,
  ],
  ['of ours, pending in both', [refundRequested()], listed({ status: pending }), undefined],
  [
    'of ours, pending there, made here',
    [refundRequested(), refundSucceeded()],
    listed({ status: pending }),
    'not_refunded_there',
    'operator',
  ],
  ['of the dashboard, not known here', [], external(), 'external_refund', 'record'],
  ['of the dashboard, that claims to be what we never asked for', [], listed(), 'external_refund', 'record'],
  [
    'a second one for an attempt that was made by another',
    [refundRequested({ amount: 3000 }), refundSucceeded({ amount: 3000 })],
    external({ claim: { refundId: 'full', attempt: 1 } }),
    'external_refund',
    'record',
  ],
  [
    'of another charge, that claims to be an attempt of ours',
    [duplicateChargeDetected(), refundRequested()],
    listed({ providerRefundId: 'pr-9', providerPaymentId: 'pp-2' }),
    'external_refund',
    'record',
  ],
  [
    'of the dashboard, whose money cannot be expressed',
    [],
    external({ money: undefined }),
    'external_refund',
    'operator',
  ],
  ['of the dashboard, known here', [externalRefundRecorded()], external(), undefined],
  [
    'of the dashboard, of another amount',
    [externalRefundRecorded()],
    external({ money: { amount: 1, currency: 'EUR' } }),
    'amount',
    'operator',
  ],
  [
    'of the dashboard, failed there',
    [externalRefundRecorded()],
    external({ status: failed }),
    'refund_failed_there',
    'record',
  ],
  ['of the dashboard, failed there, never known', [], external({ status: failed }), undefined],
  [
    'of the dashboard, failed here and not there',
    [externalRefundRecorded(), externalRefundFailed()],
    external(),
    'refunded_there',
    'operator',
  ],
  ['of the dashboard, pending', [], external({ status: pending }), undefined],
]

describe('a refund that the provider lists', () => {
  for (const [what, events, refund, kind, remedy] of cases)
    it(`${what}: ${kind ?? 'no difference'}${remedy === undefined ? '' : `, ${remedy}`}`, () => {
      const found = compareRefund(refund, orderId, foldOf(events), at)
      expect([found?.kind, found?.remedy.kind]).to.deep.equal([kind, remedy])
    })

  it('is recorded by what it says; that it failed, as of when it was said', () => {
    const commandOf = (events: readonly PaymentEvent[], refund: ListedRefund) =>
      compareRefund(refund, orderId, foldOf(events), at)?.remedy
    expect(commandOf([], external())).to.deep.equal({
      kind: 'record',
      command: {
        type: 'RecordToldRefund',
        orderId,
        paymentId,
        claim: undefined,
        refund: { providerRefundId: 'pr-9', providerPaymentId: 'pp-1', amount: 2000, currency: 'EUR' },
        outcome: { kind: 'succeeded', providerRefundId: 'pr-9', providerTime: createdAt.toISOString() },
      },
    })
    expect(commandOf([refundRequested(), refundSucceeded()], listed({ status: failed }))).to.have.deep.nested.property(
      'command.outcome',
      { ...failed, providerTime: at.toISOString() },
    )
  })

  it('what is recorded is no difference after it', () => {
    for (const [what, events, refund] of cases) {
      const before = foldOf(events)
      const remedy = compareRefund(refund, orderId, before, at)?.remedy
      if (remedy?.kind !== 'record') continue
      const written = paymentDecider.decide(remedy.command, before)
      expect(written, what).not.to.have.length(0)
      const after = written.reduce<Payment>(evolve, before)
      expect(compareRefund(refund, orderId, after, at), what).to.equal(undefined)
    }
  })
})

describe('a refund that counts as given back', () => {
  it('is the last attempt, made and not failed since, or one of the dashboard', () => {
    expect(isCountedAsRefunded(foldOf([refundRequested(), refundSucceeded()]), 'pr-1')).to.equal(true)
    expect(isCountedAsRefunded(foldOf([refundRequested(), refundSucceeded(), refundFailed()]), 'pr-1')).to.equal(false)
    expect(isCountedAsRefunded(foldOf([externalRefundRecorded()]), 'pr-9')).to.equal(true)
    expect(isCountedAsRefunded(foldOf([externalRefundRecorded(), externalRefundFailed()]), 'pr-9')).to.equal(false)
    expect(isCountedAsRefunded(foldOf([refundRequested()]), 'pr-1')).to.equal(false)
  })
})
