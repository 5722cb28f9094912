import { expect } from 'chai'
import type { PaymentEvent } from '../../domain/payments/events.ts'
import { evolve } from '../../domain/payments/evolve.ts'
import { paymentDecider, type Payment } from '../../domain/payments/payment.ts'
import type { ListedDispute } from '../../payment-providers/listing.ts'
import { orderId, paymentId } from '../../test/specifications/order-events.ts'
import {
  disputeLost,
  disputeOpened,
  disputeWon,
  paymentRequested,
  paymentSucceeded,
} from '../../test/specifications/payment-events.ts'
import { compareDispute, isCountedAsDisputed } from './compare-dispute.ts'
import type { DifferenceKind } from './difference.ts'

const at = new Date('2026-03-02T12:00:00Z')
const createdAt = new Date('2026-03-01T12:00:00Z')
const foldOf = (events: readonly PaymentEvent[]): Payment =>
  [paymentRequested(), paymentSucceeded(), ...events].reduce<Payment>(evolve, paymentDecider.initialState)
const eur = (amount: number) => ({ amount, currency: 'EUR' })
const listed = (status: ListedDispute['status'], changes: Partial<ListedDispute> = {}): ListedDispute => ({
  providerDisputeId: 'dp-1',
  providerPaymentId: 'pp-1',
  owner: { orderId, paymentId },
  status,
  money: eur(disputeOpened().amount),
  createdAt,
  ...changes,
})

const [opened, lost, won] = [disputeOpened(), disputeLost(), disputeWon()]
type Expected = DifferenceKind | `${DifferenceKind}, recorded` | undefined
type Case = readonly [
  here: string,
  events: readonly PaymentEvent[],
  there: Readonly<Record<ListedDispute['status'], Expected>>,
]
const cases: readonly Case[] = [
  [
    'not known here',
    [],
    {
      open: 'disputed_there, recorded',
      lost: 'dispute_lost_there, recorded',
      won: 'dispute_won_there, recorded',
      uncounted: undefined,
    },
  ],
  [
    'open here',
    [opened],
    {
      open: undefined,
      lost: 'dispute_lost_there, recorded',
      won: 'dispute_won_there, recorded',
      uncounted: 'not_disputed_there',
    },
  ],
  [
    'lost here',
    [opened, lost],
    { open: 'disputed_there', lost: undefined, won: 'dispute_won_there, recorded', uncounted: undefined },
  ],
  [
    'won here',
    [opened, won],
    { open: 'disputed_there', lost: 'dispute_lost_there', won: undefined, uncounted: undefined },
  ],
]

describe('a dispute of the provider', () => {
  for (const [here, events, there] of cases)
    it(`that is ${here}: is what it is there`, () => {
      const found = (status: ListedDispute['status']): string | undefined => {
        const difference = compareDispute(listed(status), orderId, foldOf(events), at)
        if (difference === undefined) return undefined
        return difference.remedy.kind === 'record' ? `${difference.kind}, recorded` : difference.kind
      }
      expect({
        open: found('open'),
        lost: found('lost'),
        won: found('won'),
        uncounted: found('uncounted'),
      }).to.deep.equal(there)
    })

  it('of other money than here is for a person, and so is money that cannot be expressed', () => {
    const compared = (money: ListedDispute['money'], events: readonly PaymentEvent[] = [opened]) => {
      const found = compareDispute(listed('open', { money }), orderId, foldOf(events), at)
      return [found?.kind, found?.remedy.kind]
    }
    expect(compared(eur(1))).to.deep.equal(['amount', 'operator'])
    expect(compared({ ...eur(opened.amount), currency: 'USD' })).to.deep.equal(['currency', 'operator'])
    expect(compared(undefined)).to.deep.equal(['amount', 'operator'])
    expect(compared(undefined, [])).to.deep.equal(['disputed_there', 'operator'])
  })

  it('is recorded by what it says: when it was opened, and its end as of when it was said', () => {
    const commandOf = (status: ListedDispute['status']) =>
      compareDispute(listed(status), orderId, foldOf([]), at)?.remedy
    const command = {
      type: 'RecordDispute',
      orderId,
      paymentId,
      dispute: { providerDisputeId: 'dp-1', providerPaymentId: 'pp-1', ...eur(opened.amount) },
    }
    const outcome = { kind: 'opened', providerTime: createdAt.toISOString() }
    expect(commandOf('open')).to.deep.equal({ kind: 'record', command: { ...command, outcome } })
    const end = { kind: 'lost', providerTime: at.toISOString() }
    expect(commandOf('lost')).to.deep.equal({ kind: 'record', command: { ...command, outcome: end } })
  })

  it('what is recorded is no difference after it', () => {
    for (const [here, events] of cases)
      for (const status of ['open', 'lost', 'won'] as const) {
        const before = foldOf(events)
        const remedy = compareDispute(listed(status), orderId, before, at)?.remedy
        if (remedy?.kind !== 'record') continue
        const written = paymentDecider.decide(remedy.command, before)
        expect(written, here).to.have.length(1)
        const after = written.reduce<Payment>(evolve, before)
        expect(compareDispute(listed(status), orderId, after, at), here).to.equal(undefined)
      }
  })

  it('counts here while it is open or lost', () => {
    const isCounted = (...events: readonly PaymentEvent[]) => isCountedAsDisputed(foldOf(events), 'dp-1')
    expect([isCounted(), isCounted(opened), isCounted(lost), isCounted(opened, won)]).to.deep.equal([
      false,
      true,
      true,
      false,
    ])
  })
})
