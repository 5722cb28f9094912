import { expect } from 'chai'
import { happened, letter, order, payment } from './order-of-tests.ts'
import { waitOf } from './waits-for.js'

const who = (...given: Parameters<typeof waitOf>) => waitOf(...given).who
const refund = (type: string) => happened('payment', type, 9, { refundId: 'full' })

describe('what an order waits for', () => {
  it('while it is placed: the shop, the customer or the provider, by its payment', () => {
    const placed = (status: string) => who(order({ payment: payment(status) }), [], [])
    expect(
      Object.fromEntries(
        ['none', 'requested', 'action_required', 'unknown', 'succeeded', 'failed'].map((one) => [one, placed(one)]),
      ),
    ).to.deep.equal({
      none: 'shop',
      requested: 'provider',
      action_required: 'customer',
      unknown: 'provider',
      succeeded: 'shop',
      failed: 'shop',
    })
    expect(waitOf(order({ fulfilment: 'reserved' }), [], []).what).to.contain('payment is about to be asked for')
  })

  it('until its deadline, where that is known', () => {
    const deadline = { confirmWithinSeconds: 1_800, actionGraceSeconds: 900, latestSeconds: 7_200 }
    const until = (changes: Parameters<typeof order>[0]) => waitOf(order(changes), [], [], deadline).until
    expect(until({})).to.equal('2026-03-01T12:30:00.000Z')
    expect(until({ payment: payment('action_required') })).to.equal('2026-03-01T12:45:00.000Z')
    expect(until({ delayed: true })).to.equal('2026-03-01T14:00:00.000Z')
    // What is put aside does not stop the clock.
    expect(waitOf(order(), [letter()], [], deadline).until).to.equal('2026-03-01T12:30:00.000Z')
    expect(waitOf(order({ attention: ['duplicate_charge'] }), [], [], deadline).until).to.equal(until({}))
    expect(waitOf(order({ status: 'confirmed' }), [letter()], [], deadline).until).to.equal(undefined)
    expect(waitOf(order(), [], []).until).to.equal(undefined)
    expect(until({ status: 'confirmed' })).to.equal(undefined)
  })

  it('once it is paid: whoever ships it, unless the payment is disputed; then its arrival; then nothing', () => {
    expect(who(order({ status: 'confirmed', payment: payment('succeeded') }), [], [])).to.equal('operator')
    expect(who(order({ status: 'confirmed', payment: payment('succeeded', { dispute: 'open' }) }), [], [])).to.equal(
      'provider',
    )
    expect(who(order({ status: 'confirmed', payment: payment('succeeded', { dispute: 'won' }) }), [], [])).to.equal(
      'operator',
    )
    expect(waitOf(order({ status: 'shipped' }), [], []).what).to.contain('delivered')
    expect(who(order({ status: 'delivered' }), [], [])).to.equal('nothing')
  })

  it('closed: the refund that is under way, else nothing', () => {
    const cancelled = order({ status: 'cancelled' })
    expect(who(cancelled, [], [])).to.equal('nothing')
    expect(who(cancelled, [], [refund('RefundRequested')])).to.equal('provider')
    for (const end of ['RefundSucceeded', 'RefundFailed', 'RefundSettledManually', 'RefundWithdrawn'])
      expect(who(cancelled, [], [refund('RefundRequested'), refund(end)]), end).to.equal('nothing')
  })

  it('what a person has to do comes first: the first dead letter, then its money', () => {
    const attention = order({ status: 'cancelled', attention: ['refund_failed'] })
    expect(waitOf(attention, [], []).what).to.contain('a refund has failed')
    expect(waitOf(attention, [letter()], []).what).to.contain('payment service could not handle “Inventory reserved”')
    expect(waitOf(attention, [letter({ waitsFor: 1 })], []).what).to.contain('a refund has failed')
    const settled = letter({ settled: { at: '', by: 'olga', verdict: 'retry', why: null } })
    expect(who(order({ status: 'delivered' }), [settled], [])).to.equal('nothing')
  })
})
