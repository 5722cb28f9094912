import { expect } from 'chai'
import fc from 'fast-check'
import { keepsItsPromises } from '../../test/specifications/decider-properties.ts'
import { orderId, paymentId } from '../../test/specifications/order-events.ts'
import type { PaymentCommand, ProviderOutcome, RefundOutcome } from './commands.ts'
import type { PaymentEvent } from './events.ts'
import type { Payment } from './payment.ts'
import { paymentDecider } from './payment.ts'

const amount = fc.constantFrom(0, 1, 2000, 5500, 9900)
const currency = fc.constantFrom('EUR', 'EUR', 'EUR', 'USD')
const refundId = fc.constantFrom('full', 'r-1', 'r-2', 'duplicate-pp-2', 'duplicate-pp-3')
const providerTime = fc.constantFrom('2026-03-01T12:00:00Z', '2026-03-01T12:00:01Z', '2026-03-01T12:00:00.5Z')

const paymentOutcome: fc.Arbitrary<ProviderOutcome> = fc.oneof(
  fc.record({
    kind: fc.constant('succeeded'),
    providerPaymentId: fc.constantFrom('pp-1', 'pp-2', 'pp-3'),
    amount: fc.oneof(fc.constant(5500), amount),
    currency,
  }),
  fc.constant({ kind: 'failed', code: 'card_declined' } as const),
  fc.constant({ kind: 'action_required', url: 'http://provider.example/confirm' } as const),
  fc.constant({ kind: 'unknown' } as const),
)
const refundOutcome: fc.Arbitrary<RefundOutcome> = fc.oneof(
  fc.record(
    { kind: fc.constant('succeeded'), providerRefundId: fc.constant('pr-1'), providerTime },
    { requiredKeys: ['kind', 'providerRefundId'] },
  ),
  fc.record(
    { kind: fc.constant('failed'), code: fc.constant('account_closed'), providerTime },
    { requiredKeys: ['kind', 'code'] },
  ),
)
const order = fc.record({
  amount: fc.constantFrom(5500, 5500, 0),
  currency: fc.constant('EUR'),
  method: fc.constant('card-ok'),
  closed: fc.constantFrom(false, false, true),
})
const type = <Type extends PaymentCommand['type']>(name: Type) => ({
  type: fc.constant(name),
  orderId: fc.constant(orderId),
})

const commands: fc.Arbitrary<PaymentCommand> = fc.oneof(
  fc.record({ ...type('RequestPayment'), paymentId: fc.constant(paymentId), order }),
  fc.record({ ...type('RecordPaymentOutcome'), paymentId: fc.constant(paymentId), outcome: paymentOutcome }),
  fc.record({ ...type('VoidOrRefund'), reason: fc.constant('order_cancelled') }),
  fc.record({
    ...type('RefundPayment'),
    refundId,
    amount: fc.constantFrom(1, 2000, 5500),
    currency,
    reason: fc.constant('broken'),
  }),
  fc.record({ ...type('RetryRefund'), refundId }),
  fc.record({ ...type('SettleRefund'), refundId, note: fc.constant('by bank transfer') }),
  fc.record({ ...type('RecordRefundOutcome'), refundId, attempt: fc.constantFrom(1, 2, 3), outcome: refundOutcome }),
)

type Taken = Extract<PaymentEvent, { type: 'PaymentSucceeded' | 'DuplicateChargeDetected' | 'PaymentMismatchDetected' }>
const isTaken = (event: PaymentEvent): event is Taken =>
  event.type === 'PaymentSucceeded' ||
  event.type === 'DuplicateChargeDetected' ||
  event.type === 'PaymentMismatchDetected'

/** Read from the events alone, not from the state that decided them. */
const moneyAddsUp = (_: Payment, history: readonly PaymentEvent[]): void => {
  const taken = history.filter(isTaken)
  expect(taken.filter(({ type }) => type !== 'DuplicateChargeDetected').length, 'charges that are kept').to.be.at.most(
    1,
  )
  expect(new Set(taken.map(({ providerPaymentId }) => providerPaymentId)).size, 'each charge once').to.equal(
    taken.length,
  )

  const given = new Map<string, { charge: string; amount: number; failed: boolean }>()
  for (const event of history) {
    if (event.type === 'RefundRequested') {
      given.set(event.refundId, { charge: event.providerPaymentId, amount: event.amount, failed: false })
    }
    if (event.type === 'RefundFailed' || event.type === 'RefundSettledManually') {
      const refund = given.get(event.refundId)
      if (refund === undefined) throw new Error(`${event.type} of a refund that was never requested`)
      given.set(event.refundId, { ...refund, failed: event.type === 'RefundFailed' })
    }
  }
  for (const event of taken) {
    const back = [...given.values()].filter(({ charge, failed }) => charge === event.providerPaymentId && !failed)
    const captured = event.type === 'PaymentMismatchDetected' ? event.captured : event.amount
    expect(
      back.reduce((sum, refund) => sum + refund.amount, 0),
      'refunds of a charge',
    ).to.be.at.most(captured)
  }

  const request = history.find((event) => event.type === 'PaymentRequested')
  const success = history.find((event) => event.type === 'PaymentSucceeded')
  if (request !== undefined && success !== undefined) {
    expect([success.amount, success.currency]).to.deep.equal([request.amount, request.currency])
  }
}

describe('a payment, whatever comes', () => {
  keepsItsPromises(paymentDecider, commands, { seed: 5, invariant: moneyAddsUp })
})
