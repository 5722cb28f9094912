import { expect } from 'chai'
import type { PaymentEvent } from '../../domain/payments/events.ts'
import { evolve } from '../../domain/payments/evolve.ts'
import { paymentDecider, type Payment } from '../../domain/payments/payment.ts'
import type { ListedPayment } from '../../payment-providers/listing.ts'
import type { ChargeResult } from '../../payment-providers/port.ts'
import { orderId, paymentId } from '../../test/specifications/order-events.ts'
import {
  duplicateChargeDetected,
  paymentFailed,
  paymentMismatchDetected,
  paymentOutcomeUnknown,
  paymentRequested,
  paymentSucceeded,
  paymentVoided,
} from '../../test/specifications/payment-events.ts'
import { comparePayment, compareRequest } from './compare-payment.ts'
import { driftOf } from './difference.ts'

const owner = { orderId, paymentId }
const eur = (amount: number) => ({ amount, currency: 'EUR' })
const foldOf = (events: readonly PaymentEvent[]): Payment => events.reduce<Payment>(evolve, paymentDecider.initialState)
const listed = (changes: Partial<ListedPayment> = {}): ListedPayment => ({
  providerPaymentId: 'pp-1',
  owner,
  status: 'captured',
  money: eur(5500),
  createdAt: new Date('2026-03-01T12:00:00Z'),
  ...changes,
})
const compared = (events: readonly PaymentEvent[], changes: Partial<ListedPayment> = {}, isOrderKnown = true) => {
  const one = listed(changes)
  return comparePayment(one, one.owner ?? owner, { payment: foldOf(events), isOrderKnown })
}

describe('a payment that the provider lists', () => {
  it('is no difference where it is known with its money', () => {
    expect(compared([paymentRequested(), paymentSucceeded()])).to.equal(undefined)
    expect(
      compared([paymentRequested(), paymentSucceeded(), duplicateChargeDetected()], { providerPaymentId: 'pp-2' }),
    ).to.equal(undefined)
    expect(compared([paymentRequested(), paymentMismatchDetected(9900)], { money: eur(9900) })).to.equal(undefined)
  })

  for (const [state, events] of [
    ['requested', [paymentRequested()]],
    ['unknown', [paymentRequested(), paymentOutcomeUnknown()]],
    ['failed', [paymentRequested(), paymentFailed()]],
    ['voided', [paymentRequested(), paymentVoided()]],
    ['voided, never requested', [paymentVoided()]],
    ['paid by another charge', [paymentRequested(), paymentSucceeded('pp-0')]],
  ] as const)
    it(`is recorded where it was captured and is not known here: ${state}`, () => {
      const found = compared(events)
      expect(found).to.include({ kind: 'paid_there', id: 'pp-1', here: undefined })
      expect(found?.remedy).to.deep.equal({
        kind: 'record',
        command: {
          type: 'RecordPaymentOutcome',
          orderId,
          paymentId,
          outcome: { kind: 'succeeded', providerPaymentId: 'pp-1', ...eur(5500) },
        },
      })
    })

  it('is for an operator where its money is another, or cannot be expressed', () => {
    const paid = [paymentRequested(), paymentSucceeded()]
    const amount = compared(paid, { money: eur(5400) })
    expect(amount).to.deep.include({ kind: 'amount', there: eur(5400), here: eur(5500), remedy: { kind: 'operator' } })
    expect(amount && driftOf(amount)).to.deep.equal(eur(100))
    const usd = { amount: 5500, currency: 'USD' }
    const currency = compared(paid, { money: usd })
    expect(currency).to.deep.include({ kind: 'currency', remedy: { kind: 'operator' } })
    expect(currency && driftOf(currency)).to.deep.equal(usd)
    expect(compared(paid, { money: undefined })?.kind).to.equal('amount')
    expect(compared([paymentRequested()], { money: undefined })).to.deep.include({
      kind: 'paid_there',
      remedy: { kind: 'operator' },
    })
  })

  for (const status of ['open', 'failed', 'cancelled'] as const)
    it(`that is ${status} there is one only where it counts as captured here`, () => {
      expect(compared([paymentRequested()], { status })).to.equal(undefined)
      expect(compared([], { status }, false)).to.equal(undefined)
      expect(compared([paymentRequested(), paymentSucceeded()], { status })).to.deep.include({
        kind: 'not_paid_there',
        there: undefined,
        here: eur(5500),
        remedy: { kind: 'operator' },
      })
    })

  it('of an order that nobody knows, or that was never to be paid, is for an operator', () => {
    const other = { orderId, paymentId: '99999999-9999-5999-8999-999999999999' }
    for (const one of [owner, other])
      expect(compared([], { owner: one }, false)).to.deep.include({
        kind: 'unknown_order',
        remedy: { kind: 'operator' },
      })
    expect(compared([])).to.deep.include({ kind: 'never_asked', remedy: { kind: 'operator' } })
  })

  it('that is not the one the order asked for is applied to nothing', () => {
    const other = { orderId, paymentId: '99999999-9999-5999-8999-999999999999' }
    for (const events of [[], [paymentRequested()], [paymentRequested(), paymentVoided()]])
      expect(compared(events, { owner: other })).to.deep.include({
        kind: 'foreign_payment',
        remedy: { kind: 'operator' },
      })
  })
})

describe('a request without an outcome, when the provider is asked', () => {
  const request = (events: readonly PaymentEvent[], result: ChargeResult) =>
    compareRequest(orderId, foldOf(events), result)
  const succeeded = { kind: 'succeeded', providerPaymentId: 'pp-1', amount: 5500, currency: 'EUR' } as const

  it('is recorded as what became of it', () => {
    expect(request([paymentRequested()], succeeded)).to.include({ kind: 'paid_there', id: 'pp-1' })
    const failed = request([paymentRequested(), paymentVoided()], { kind: 'cancelled' })
    expect(failed).to.deep.include({ kind: 'payment_failed_there', id: paymentId, here: eur(5500) })
    expect(failed?.remedy).to.have.nested.property('command.outcome.code', 'cancelled')
    expect(request([paymentRequested()], { kind: 'failed', code: 'card_declined' })?.remedy).to.have.nested.property(
      'command.outcome.code',
      'card_declined',
    )
  })

  it('is none where there is no outcome there either, or one here by now', () => {
    for (const result of [
      { kind: 'pending' },
      { kind: 'unknown_payment' },
      { kind: 'action_required', url: 'http://provider.example/confirm' },
    ] as const)
      expect(request([paymentRequested()], result)).to.equal(undefined)
    expect(request([paymentRequested(), paymentSucceeded()], succeeded)).to.equal(undefined)
  })
})
