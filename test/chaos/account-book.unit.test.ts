import { expect } from 'chai'
import type { ShopEvent } from '../../domain/registry.ts'
import { orderId } from '../specifications/order-events.ts'
import {
  disputeLost,
  disputeOpened,
  disputeWon,
  duplicateChargeDetected,
  externalRefundFailed,
  externalRefundRecorded,
  paymentMismatchDetected,
  paymentRequested,
  paymentSucceeded,
  refundFailed,
  refundRequested,
  refundSettledManually,
  refundSucceeded,
} from '../specifications/payment-events.ts'
import { bookOfStreams, differencesOf, keptIn, type Book, type Entry } from './account-book.ts'
import { bookOfProvider, type BooksThere } from './provider.ts'

const bookOf = (...events: readonly ShopEvent[]): Book => bookOfStreams(events.map((event) => ({ event })))
const paid = [paymentRequested(), paymentSucceeded()]
const entry = (of: Entry['of'], id: string, state: Entry['state'], amount = 5500): Entry => {
  return { orderId, of, id, amount, currency: 'EUR', state }
}
const charge = entry('charge', 'pp-1', 'captured')

describe('the account book of our streams', () => {
  const cases: readonly (readonly [what: string, events: readonly ShopEvent[], more: Book])[] = [
    ['a charge', [], []],
    ['a second one', [duplicateChargeDetected()], [entry('charge', 'pp-2', 'captured')]],
    ['a refund that was asked for, as nothing', [refundRequested()], []],
    ['one that was made', [refundRequested(), refundSucceeded()], [entry('refund', 'pr-1', 'given back')]],
    ['one that has failed since, as nothing', [refundRequested(), refundSucceeded(), refundFailed()], []],
    [
      'one that failed and was settled by hand, which the provider knows nothing of',
      [refundRequested(), refundFailed(), refundSettledManually()],
      [],
    ],
    [
      'the second attempt at one, not the first that failed',
      [
        refundRequested(),
        refundSucceeded(),
        refundFailed(),
        refundRequested({ attempt: 2 }),
        refundSucceeded({ attempt: 2, providerRefundId: 'pr-2' }),
      ],
      [entry('refund', 'pr-2', 'given back')],
    ],
    ['one of the dashboard', [externalRefundRecorded()], [entry('refund', 'pr-9', 'given back', 2000)]],
    ['one of the dashboard that has failed, as nothing', [externalRefundRecorded(), externalRefundFailed()], []],
    ['one of which the failure came first, as nothing', [externalRefundFailed(), externalRefundRecorded()], []],
    [
      'one of ours, told of as external before its own outcome, once',
      [refundRequested(), externalRefundRecorded({ providerRefundId: 'pr-1' }), refundSucceeded()],
      [entry('refund', 'pr-1', 'given back')],
    ],
    ['an open dispute', [disputeOpened()], [entry('dispute', 'dp-1', 'open')]],
    ['a lost one', [disputeOpened(), disputeLost()], [entry('dispute', 'dp-1', 'lost')]],
    ['one that was won in the end', [disputeLost(), disputeWon()], [entry('dispute', 'dp-1', 'won')]],
  ]
  for (const [what, events, more] of cases)
    it(`has ${what}`, () => {
      expect(bookOf(...paid, ...events)).to.deep.equal([charge, ...more])
    })

  it('has what was captured, where that is not what was asked for', () => {
    expect(bookOf(paymentRequested(), paymentMismatchDetected())).to.deep.equal([{ ...charge, amount: 9900 }])
  })

  it('keeps what was captured less what was given back or lost', () => {
    const refunded = entry('refund', 'pr-1', 'given back', 500)
    const lost = entry('dispute', 'dp-1', 'lost', 1000)
    const elsewhere = { ...charge, id: 'pp-3', currency: 'USD' }
    expect(keptIn([charge, refunded, lost, entry('dispute', 'dp-2', 'open'), elsewhere])).to.deep.equal({
      EUR: 4000,
      USD: 5500,
    })
    expect(keptIn([charge, entry('dispute', 'dp-1', 'won')])).to.deep.equal({ EUR: 5500 })
  })
})

describe('the account book of the provider', () => {
  const money = { amount: 5500, currency: 'EUR' }
  const there: BooksThere = {
    charges: [
      { id: 'pp-1', orderId, ...money },
      { id: 'pp-7', orderId: 'another', ...money },
    ],
    refunds: (['succeeded', 'pending', 'failed'] as const).map((status) => {
      return { id: `pr-${status}`, chargeId: 'pp-1', refundId: undefined, status, ...money }
    }),
    disputes: [
      { id: 'dp-1', chargeId: 'pp-1', status: 'open', ...money },
      { id: 'dp-7', chargeId: 'pp-7', status: 'lost', ...money },
    ],
  }

  it('has what moved of these orders, and nothing that is on its way or has failed', () => {
    expect(bookOfProvider(there, new Set([orderId]))).to.deep.equal([
      charge,
      entry('refund', 'pr-succeeded', 'given back'),
      entry('dispute', 'dp-1', 'open'),
    ])
  })
})

describe('two account books', () => {
  const refund = entry('refund', 'pr-1', 'given back')
  const differ = (provider: Book, streams: Book) => differencesOf({ provider, streams })

  it('that say the same have no difference, in whatever order', () => {
    expect(differ([charge, refund], [refund, charge])).to.deep.equal([])
  })

  it('differ in what one of them has alone, also where the sums are the same', () => {
    const other = { ...refund, id: 'pr-2' }
    expect(differ([charge, refund], [charge, other])).to.deep.equal([
      `refund pr-1: the provider has 5500 EUR given back, order ${orderId}; our streams, nothing`,
      `refund pr-2: the provider has nothing; our streams, 5500 EUR given back, order ${orderId}`,
    ])
  })

  it('differ in an amount, a currency, an order, and what became of a dispute', () => {
    const dispute = entry('dispute', 'dp-1', 'open')
    for (const other of [
      { ...dispute, amount: 1 },
      { ...dispute, currency: 'USD' },
      { ...dispute, orderId: 'another' },
      { ...dispute, state: 'lost' } as const,
    ])
      expect(differ([dispute], [other])).to.have.length(1)
  })
})
