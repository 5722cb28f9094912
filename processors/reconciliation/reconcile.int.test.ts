import { expect } from 'chai'
import { randomUUID } from 'node:crypto'
import { reconciledShop, type ReconciledShop } from '../../test/processors/reconciled-shop.ts'

const eur = (amount: number) => ({ amount, currency: 'EUR' })
const never = new AbortController().signal

describe('the provider and we, compared at the wire', function () {
  this.timeout(120_000)
  let shop: ReconciledShop
  before(async () => {
    shop = await reconciledShop()
  })
  after(() => shop.close())
  afterEach(() => shop.forgetEverything())

  /** Says it without changing anything, then again, recorded; and after that it is found no more, or again where it is an operator's. */
  const expectFound = async (kind: string, becomes: 'healed' | 'left') => {
    const found = async (heal: boolean) =>
      (await shop.reconcile({ heal })).found.map(({ kind, state }) => [kind, state])
    const before = await shop.events()
    const untouched = becomes === 'healed' ? 'healable' : 'left'
    expect(await found(false)).to.deep.equal([[kind, untouched]])
    expect(await shop.events()).to.deep.equal(before)
    expect(await found(true)).to.deep.equal([[kind, becomes]])
    expect(await found(true)).to.deep.equal(becomes === 'healed' ? [] : [[kind, 'left']])
    return (await shop.events()).slice(before.length)
  }

  it('finds nothing where both say the same', async () => {
    const order = await shop.paid()
    await shop.refunded(order)
    const { found, compared, stopped } = await shop.reconcile({ heal: true })
    expect([found, stopped]).to.deep.equal([[], undefined])
    expect(compared).to.deep.equal({ payments: 1, refunds: 1, disputes: 0, movedHere: 2, intents: 0 })
  })

  it('records money that was taken there, and that nobody here has heard of', async () => {
    const order = await shop.requested()
    await shop.charge(order)
    expect(await expectFound('paid_there', 'healed')).to.deep.equal(['PaymentSucceeded'])
  })

  it('records a payment that failed there, when it is asked for what has no outcome', async () => {
    const order = await shop.requested()
    await shop.charge(order, { method: 'card-declined' })
    await shop.noteOpen('payment', order)
    expect(await expectFound('payment_failed_there', 'healed')).to.deep.equal(['PaymentFailed'])
  })

  it('asks for nothing that nobody can have sent yet', async () => {
    const order = await shop.requested()
    await shop.noteOpen('payment', order, { sent: false })
    expect((await shop.reconcile({ heal: true })).compared.intents).to.equal(0)
  })

  it('gives a second charge of the same payment back', async () => {
    const order = await shop.paid()
    await shop.charge(order, { key: 'again' })
    const found = (await shop.reconcile({ heal: true })).found.map(({ kind, state }) => [kind, state])
    expect(found).to.deep.equal([['paid_there', 'healed']])
    expect((await shop.events()).slice(-2)).to.deep.equal(['DuplicateChargeDetected', 'RefundRequested'])
  })

  it('reports a payment that the provider has never had', async () => {
    const order = await shop.requested()
    await shop.record(order, { kind: 'succeeded', providerPaymentId: 'ch_never', ...eur(1000) })
    await expectFound('not_paid_there', 'left')
  })

  it('reports a payment that the provider has not captured', async () => {
    const order = await shop.requested()
    const id = await shop.charge(order, { method: 'card-action' })
    await shop.record(order, { kind: 'succeeded', providerPaymentId: id, ...eur(1000) })
    await expectFound('not_paid_there', 'left')
  })

  for (const [kind, money] of [
    ['amount', eur(900)],
    ['currency', { amount: 1000, currency: 'USD' }],
  ] as const)
    it(`reports a payment of another ${kind}`, async () => {
      const order = await shop.requested()
      const id = await shop.charge(order, money)
      await shop.record(order, { kind: 'succeeded', providerPaymentId: id, ...eur(1000) })
      await expectFound(kind, 'left')
    })

  it('records a refund that was made in the dashboard, as external', async () => {
    const order = await shop.paid()
    await shop.refundByHandThere(order, 300)
    expect(await expectFound('external_refund', 'healed')).to.deep.equal(['ExternalRefundRecorded'])
  })

  it('records a refund that names a refund of ours which nobody asked for, as external too', async () => {
    const order = await shop.paid()
    await shop.refundThere(order, { refundId: 'by-hand', amount: 300 })
    expect(await expectFound('external_refund', 'healed')).to.deep.equal(['ExternalRefundRecorded'])
  })

  it('records a refund of ours that was made there', async () => {
    const order = await shop.paid()
    await shop.askRefund(order, 400)
    await shop.refundThere(order, { refundId: order.refundId, amount: 400 })
    expect(await expectFound('refunded_there', 'healed')).to.deep.equal(['RefundSucceeded'])
  })

  it('records that a refund has failed there since', async () => {
    const order = await shop.paid()
    await shop.askRefund(order, 400)
    await shop.fail({ kind: 'decline', operation: 'refund' })
    const id = await shop.refundThere(order, { refundId: order.refundId, amount: 400 })
    await shop.recordRefund(order, id)
    expect(await expectFound('refund_failed_there', 'healed')).to.deep.equal(['RefundFailed'])
  })

  it('reports a refund that the provider has never had', async () => {
    const order = await shop.paid()
    await shop.askRefund(order, 400)
    await shop.recordRefund(order, 're_never')
    await expectFound('not_refunded_there', 'left')
  })

  it('records a dispute that was opened there, what became of it, and that it was won in the end', async () => {
    const order = await shop.paid()
    const dispute = await shop.disputeThere(order)
    expect(await expectFound('disputed_there', 'healed')).to.deep.equal(['DisputeOpened'])
    await shop.closeDisputeThere(dispute, 'lost')
    expect(await expectFound('dispute_lost_there', 'healed')).to.deep.equal(['DisputeLost'])
    await shop.closeDisputeThere(dispute, 'won')
    expect(await expectFound('dispute_won_there', 'healed')).to.deep.equal(['DisputeWon'])
    expect((await shop.reconcile({ heal: true })).compared).to.deep.include({ payments: 1, disputes: 1, movedHere: 4 })
  })

  it('records the end of a dispute that was opened long before all else that it looks at', async () => {
    const order = await shop.paid()
    await shop.closeDisputeThere(await shop.disputeThere(order), 'lost')
    const later = new Date(Date.now() + 1)
    const { found } = await shop.reconcile({ heal: true, since: later, disputesSince: new Date(0) })
    expect(found.map(({ kind, state }) => [kind, state])).to.deep.equal([['dispute_lost_there', 'healed']])
    expect((await shop.reconcile({ heal: true, since: later, disputesSince: later })).compared.disputes).to.equal(0)
  })

  it('reports a dispute that the provider has never had', async () => {
    await shop.recordDispute(await shop.paid(), 'dp_never')
    await expectFound('not_disputed_there', 'left')
  })

  it('reports a charge for an order that nobody knows', async () => {
    const order = shop.unknownOrder()
    await shop.charge(order)
    await expectFound('unknown_order', 'left')
    await shop.refundThere(order, { refundId: 'by-hand', amount: 1_000 })
    const { found } = await shop.reconcile({ heal: true })
    expect(found.map(({ kind, of }) => [kind, of])).to.deep.equal([
      ['unknown_order', 'payment'],
      ['unknown_order', 'refund'],
    ])
  })

  it('reports a charge that nobody had asked for', async () => {
    await shop.charge(await shop.placed())
    await expectFound('never_asked', 'left')
  })

  it('applies a payment that is not the one requested to nothing', async () => {
    const order = await shop.requested()
    await shop.charge({ ...order, paymentId: randomUUID() })
    await expectFound('foreign_payment', 'left')
    expect(await shop.events()).not.to.include('PaymentSucceeded')
  })

  it('leaves out what is another program\u2019s', async () => {
    await shop.charge({ orderId: 'invoice-7', paymentId: 'invoice-7', refundId: 'none' })
    expect((await shop.reconcile({ heal: true })).found).to.deep.equal([])
  })

  it('waits for what is on its way', async () => {
    await shop.charge(await shop.requested())
    expect((await shop.reconcile({ heal: true, graceMs: 60_000 })).found).to.deep.equal([])
    expect((await shop.reconcile({ heal: true })).found).to.have.length(1)
  })

  it('stops when the provider goes away, says so, and finds it the next time', async () => {
    await shop.charge(await shop.requested())
    await shop.providerAway()
    const away = await shop.reconcile({ heal: true, range: 'full' })
    expect(away.stopped).to.be.a('string')
    expect([away.found, await shop.marks.last('full')]).to.deep.equal([[], undefined])
    await shop.providerBack()
    expect((await shop.reconcile({ heal: true, range: 'full' })).found).to.have.length(1)
    const last = await shop.marks.last('full')
    expect(await shop.marks.first()).to.deep.equal(last?.begunAt)
    expect(last?.found).to.deep.equal([{ kind: 'paid_there', state: 'healed', count: 1, amounts: { EUR: 1000 } }])
  })

  it('goes through more pages than one, in both directions', async () => {
    const orders = await Promise.all(Array.from({ length: 130 }, () => shop.requested()))
    await Promise.all(orders.map((order) => shop.charge(order)))
    const { found, compared } = await shop.reconcile({ heal: true })
    expect([found.length, compared.payments]).to.deep.equal([130, 130])
    // Without a memory of what was listed, each is asked for by its own id.
    const again = await shop.reconcile({ heal: true, remembered: 1 })
    expect([again.found, again.compared.movedHere]).to.deep.equal([[], 130])
  })

  it('reads the log from the last sweep that lies before, if it is of this log', async () => {
    await shop.paid()
    const movedHere = async () => (await shop.reconcile({ heal: true })).compared.movedHere
    await shop.mark(await shop.headPosition())
    expect(await movedHere()).to.equal(0)
    await shop.mark({ commit: 2n ** 60n, prepare: 2n ** 60n })
    expect(await movedHere()).to.equal(1)
  })

  it('ends where it is when it is told to stop', async () => {
    await shop.charge(await shop.requested())
    const stopping = new AbortController()
    stopping.abort()
    const { stopped, found } = await shop.reconcile({ heal: true, signal: stopping.signal })
    expect([stopped, found]).to.deep.equal(['told to stop', []])
    expect((await shop.reconcile({ heal: true, signal: never })).found).to.have.length(1)
  })
})
