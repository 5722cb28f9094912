import { expect } from 'chai'
import fc from 'fast-check'
import { keepsItsPromises } from '../../test/specifications/decider-properties.ts'
import { orderId, paymentId } from '../../test/specifications/order-events.ts'
import type { PaymentCommand, ProviderOutcome, RefundOutcome } from './commands.ts'
import type { PaymentEvent, RefundedLine } from './events.ts'
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
const money = fc.record({
  providerPaymentId: fc.constantFrom('pp-1', 'pp-1', 'pp-2'),
  amount: fc.constantFrom(1, 2000, 5500),
  currency: fc.constant('EUR'),
})
/** Of its own, or of ours, said or not. */
const toldRefund = fc
  .record({
    providerRefundId: fc.constantFrom('pr-1', 'pr-8', 'pr-9'),
    money,
    claim: fc.option(fc.record({ refundId, attempt: fc.constantFrom(1, 2) }), { nil: undefined }),
    kind: fc.constantFrom('succeeded', 'succeeded', 'failed'),
    providerTime,
  })
  .map(({ providerRefundId, money: moved, claim, kind, providerTime: time }) => ({
    type: 'RecordToldRefund' as const,
    orderId,
    paymentId: undefined,
    claim,
    refund: { providerRefundId, ...moved },
    outcome:
      kind === 'succeeded'
        ? ({ kind: 'succeeded', providerRefundId, providerTime: time } as const)
        : ({ kind: 'failed', code: 'account_closed', providerTime: time } as const),
  }))
const toldDispute = fc
  .record({
    providerDisputeId: fc.constantFrom('dp-1', 'dp-2'),
    money,
    kind: fc.constantFrom('opened', 'won', 'lost'),
    providerTime,
  })
  .map(({ providerDisputeId, money: moved, kind, providerTime: time }) => ({
    type: 'RecordDispute' as const,
    orderId,
    paymentId,
    dispute: { providerDisputeId, ...moved },
    outcome: { kind, providerTime: time },
  }))
const order = fc.record({
  amount: fc.constantFrom(5500, 5500, 0),
  currency: fc.constant('EUR'),
  method: fc.constant('card-ok'),
  closed: fc.constantFrom(false, false, true),
})
const cups = (quantity: number) => ({ sku: 'CUP', quantity, ordered: 2, unitPrice: 1250 })
const pot = { sku: 'POT', quantity: 1, ordered: 1, unitPrice: 3000 }
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
  fc.record({
    ...type('RefundLines'),
    refundId,
    lines: fc.constantFrom([cups(1)], [cups(2)], [cups(1), pot], [cups(3)]),
    currency: fc.constant('EUR'),
    reason: fc.constant('broken'),
  }),
  fc.record({ ...type('RetryRefund'), refundId }),
  fc.record({ ...type('SettleRefund'), refundId, note: fc.constant('by bank transfer') }),
  fc.record({ ...type('WithdrawRefund'), refundId, note: fc.constant('not owed') }),
  fc.record({ ...type('RecordRefundOutcome'), refundId, attempt: fc.constantFrom(1, 2, 3), outcome: refundOutcome }),
  toldRefund,
  toldDispute,
)

type Taken = Extract<PaymentEvent, { type: 'PaymentSucceeded' | 'DuplicateChargeDetected' | 'PaymentMismatchDetected' }>
const isTaken = (event: PaymentEvent): event is Taken =>
  event.type === 'PaymentSucceeded' ||
  event.type === 'DuplicateChargeDetected' ||
  event.type === 'PaymentMismatchDetected'

type Moved = { readonly providerPaymentId: string; readonly amount: number; readonly currency: string }
type Given = {
  readonly charge: string
  readonly amount: number
  readonly currency: string
  readonly back: boolean
}

const moneyOf = ({ providerPaymentId, amount: moved, currency: of }: Moved): Omit<Given, 'back'> => ({
  charge: providerPaymentId,
  amount: moved,
  currency: of,
})

/** What has gone back, or is asked to: by us, by the provider's refunds that are none of ours, and by disputes that were lost. */
const givenBackIn = (history: readonly PaymentEvent[]): ReadonlyMap<string, Given> => {
  const given = new Map<string, Given>()
  const become = (key: string, change: Partial<Given>) => {
    const before = given.get(key)
    if (before !== undefined) given.set(key, { ...before, ...change })
  }
  for (const event of history) {
    switch (event.type) {
      case 'RefundRequested':
        given.set(event.refundId, { ...moneyOf(event), back: true })
        break
      case 'RefundFailed':
        become(event.refundId, { back: false })
        break
      case 'RefundSettledManually':
        become(event.refundId, { back: true })
        break
      case 'RefundSucceeded':
        // Ours after all.
        given.delete(`outside ${event.providerRefundId}`)
        break
      case 'ExternalRefundRecorded':
      case 'ExternalRefundFailed':
        given.set(`outside ${event.providerRefundId}`, {
          ...moneyOf(event),
          back: event.type === 'ExternalRefundRecorded',
        })
        break
      case 'DisputeLost':
      case 'DisputeWon':
        given.set(`dispute ${event.providerDisputeId}`, {
          ...moneyOf(event),
          back: event.type === 'DisputeLost',
        })
        break
      default:
        break
    }
  }
  return given
}

/** Each is written down once as having gone, and once as having come back, and never as gone after that. */
const outsideIsToldOnce = (history: readonly PaymentEvent[]): void => {
  const told = history.flatMap((event) =>
    event.type === 'ExternalRefundRecorded' || event.type === 'ExternalRefundFailed'
      ? [`${event.providerRefundId} ${event.type}`]
      : 'providerDisputeId' in event
        ? [`${event.providerDisputeId} ${event.type}`]
        : [],
  )
  expect(new Set(told).size, 'each fact once').to.equal(told.length)
  for (const [index, fact] of told.entries()) {
    const [id = ''] = fact.split(' ')
    if (fact.endsWith('ExternalRefundRecorded'))
      expect(told.slice(0, index)).not.to.include(`${id} ExternalRefundFailed`)
    if (fact.endsWith('DisputeLost')) expect(told.slice(0, index)).not.to.include(`${id} DisputeWon`)
    if (fact.endsWith('DisputeOpened'))
      expect(told.slice(0, index).filter((other) => other.startsWith(`${id} `))).to.deep.equal([])
  }
}

/** What a refund that has failed had asked for is asked for by nobody, until it is tried again or settled by hand. */
const noLineTwice = (history: readonly PaymentEvent[]): void => {
  const open = new Map<string, readonly RefundedLine[]>()
  const asked = new Map<string, readonly RefundedLine[]>()
  for (const event of history) {
    if (event.type === 'RefundRequested') asked.set(event.refundId, event.lines ?? [])
    if (event.type === 'RefundRequested' || event.type === 'RefundSettledManually')
      open.set(event.refundId, asked.get(event.refundId) ?? [])
    if (event.type === 'RefundFailed') open.delete(event.refundId)
  }
  for (const [sku, lines] of Map.groupBy([...open.values()].flat(), (line) => line.sku))
    expect(
      lines.reduce((sum, { quantity }) => sum + quantity, 0),
      `given back of ${sku}`,
    ).to.be.at.most(lines[0]?.ordered ?? 0)
}

/** Read from the events alone, not from the state that decided them. */
const moneyAddsUp = (_: Payment, history: readonly PaymentEvent[]): void => {
  const taken = history.filter(isTaken)
  expect(taken.filter(({ type }) => type !== 'DuplicateChargeDetected').length, 'charges that are kept').to.be.at.most(
    1,
  )
  expect(new Set(taken.map(({ providerPaymentId }) => providerPaymentId)).size, 'each charge once').to.equal(
    taken.length,
  )

  // What goes without us goes whether it fits or not: what is asked for after it has to fit.
  const last = history.at(-1)
  if (last?.type === 'RefundRequested' || last?.type === 'RefundSettledManually') {
    const given = givenBackIn(history)
    const charge = given.get(last.refundId)?.charge
    const of = taken.find(({ providerPaymentId }) => providerPaymentId === charge)
    // What is told of in another currency than the charge's cannot be of that charge.
    const back = [...given.values()].filter((one) => one.charge === charge && one.currency === of?.currency && one.back)
    const captured = of?.type === 'PaymentMismatchDetected' ? of.captured : of?.amount
    expect(
      back.reduce((sum, { amount: one }) => sum + one, 0),
      'given back of a charge',
    ).to.be.at.most(captured ?? 0)
  }
  outsideIsToldOnce(history)
  noLineTwice(history)

  const request = history.find((event) => event.type === 'PaymentRequested')
  const success = history.find((event) => event.type === 'PaymentSucceeded')
  if (request !== undefined && success !== undefined) {
    expect([success.amount, success.currency]).to.deep.equal([request.amount, request.currency])
  }
}

describe('a payment, whatever comes', () => {
  keepsItsPromises(paymentDecider, commands, { seed: 5, invariant: moneyAddsUp })
})
