import { expect } from 'chai'
import { chargeRequest, chargeSucceeds, never, orderId } from '../../test/payment-providers/contract.ts'
import { rejection } from '../../test/support/rejection.ts'
import { connectedStripe, type ConnectedStripe } from '../../test/stripe/connected.ts'
import { OutcomeUnknown, type ConnectedProvider } from '../port.ts'

describe('a refund by Stripe', () => {
  let under: ConnectedStripe
  let provider: ConnectedProvider
  let providerPaymentId = ''
  const paid = async (method = 'pm_card_visa') => {
    ;({ providerPaymentId } = await chargeSucceeds(provider, chargeRequest(method)))
  }
  beforeEach(async () => {
    under = await connectedStripe()
    provider = under.connect()
  })
  afterEach(() => under.close())
  const identity = (refundId = 'full', attempt = 1) => ({ providerPaymentId, refundId, attempt })
  const refund = ({ refundId = 'full', attempt = 1, amount = 1999, sentBefore = false } = {}) =>
    provider.refund(
      {
        orderId,
        ...identity(refundId, attempt),
        amount,
        currency: 'EUR',
        idempotencyKey: `${orderId}/${refundId}/${attempt}`,
        sentBefore,
      },
      never,
    )
  const lookUp = (refundId?: string, attempt?: number) => provider.lookUpRefund(identity(refundId, attempt), never)
  const amounts = () => under.stripe.refunds.all().map(({ amount }) => amount)

  it('is asked for under the key of its attempt, with our ids', async () => {
    await paid()
    await refund()
    expect(under.stripe.seen().at(-1)).to.deep.equal({ method: 'POST', path: '/v1/refunds', key: `${orderId}/full/1` })
    expect(under.stripe.refunds.all()[0]?.metadata).to.deep.equal({
      order_id: orderId,
      refund_id: 'full',
      attempt: '1',
    })
  })

  it('of a name that is too long for a key is made once all the same', async () => {
    await paid()
    const refundId = 'x'.repeat(300)
    const first = await refund({ refundId, amount: 500 })
    expect(first.kind).to.equal('succeeded')
    expect(await refund({ refundId, amount: 500, sentBefore: true })).to.deep.equal(first)
    expect(amounts()).to.deep.equal([500])
  })

  it('that takes its time is pending, then there', async () => {
    await paid('pm_card_pendingRefund')
    expect(await refund()).to.deep.equal({ kind: 'pending' })
    under.stripe.refunds.settle()
    expect((await lookUp()).kind).to.equal('succeeded')
    expect((await refund({ sentBefore: true })).kind).to.equal('succeeded')
    expect(amounts()).to.deep.equal([1999])
  })

  it('that had come through can fail later', async () => {
    await paid('pm_card_refundFail')
    expect((await refund()).kind).to.equal('succeeded')
    under.stripe.refunds.settle()
    expect(await lookUp()).to.deep.equal({ kind: 'failed', code: 'expired_card' })
    expect((await refund({ attempt: 2 })).kind).to.equal('succeeded')
  })

  it('of which nobody was told is found, and not made again', async () => {
    await paid()
    under.stripe.fail('lost', { on: /POST \/v1\/refunds/ })
    expect(await rejection(refund())).to.be.instanceOf(OutcomeUnknown)
    const found = await lookUp()
    expect(found.kind).to.equal('succeeded')
    expect(await refund({ sentBefore: true })).to.deep.equal(found)
    expect(amounts()).to.deep.equal([1999])
  })

  it('refused because the first request has given all back is no failure', async () => {
    await paid()
    await refund()
    under.stripe.forgetKeys()
    expect(await rejection(refund({ sentBefore: true }))).to.be.instanceOf(OutcomeUnknown)
    expect((await lookUp()).kind).to.equal('succeeded')
  })

  for (const [what, expected, prepare] of [
    ['all of it is given back', 'refund_exceeds_payment', () => refund()],
    ['less is left', 'refund_exceeds_payment', () => refund({ refundId: 'part', amount: 1 })],
    ['the customer disputes it', 'charge_disputed', async () => under.stripe.disputes.open(providerPaymentId)],
    ['there is no such payment', 'unknown_payment', async () => (providerPaymentId = 'pi_of_nobody')],
  ] as const) {
    it(`is refused when ${what}`, async () => {
      await paid()
      await prepare()
      expect(await refund({ refundId: 'more' })).to.deep.equal({ kind: 'failed', code: expected })
      expect(under.alarms).to.deep.equal([])
    })
  }

  it("that the balance is too low for fails as that, and as nobody's fault: another attempt goes through", async () => {
    await paid()
    under.stripe.fail('balance_too_low', { on: /POST/ })
    expect(await refund()).to.deep.equal({ kind: 'failed', code: 'balance_too_low' })
    expect(under.alarms).to.deep.equal([])
    expect((await refund({ attempt: 2 })).kind).to.equal('succeeded')
    expect(amounts()).to.deep.equal([1999])
  })

  it('is made once the dispute is won, and not where it was lost', async () => {
    await paid()
    const { id } = under.stripe.disputes.open(providerPaymentId)
    under.stripe.disputes.become(id, 'lost')
    expect((await refund({ refundId: 'lost' })).kind).to.equal('failed')
    under.stripe.disputes.become(id, 'won')
    expect((await refund({ refundId: 'won' })).kind).to.equal('succeeded')
  })

  it('is not taken for one of no payment where Stripe refuses the look-up for how it was asked', async () => {
    await paid()
    await refund()
    under.stripe.fail('unknown_parameter', { on: /GET/ })
    expect(await rejection(lookUp())).to.be.instanceOf(Error)
    expect((await lookUp()).kind).to.equal('succeeded')
    providerPaymentId = 'pi_of_nobody'
    expect(await lookUp()).to.deep.equal({ kind: 'failed', code: 'unknown_payment' })
  })

  it('refused for what nobody foresaw fails, and a person is told', async () => {
    await provider.charge(chargeRequest('pm_card_authenticationRequired'), never)
    providerPaymentId = under.stripe.intents.all()[0]?.id ?? ''
    expect(await refund()).to.deep.equal({ kind: 'failed', code: 'request_refused' })
    expect(under.alarms).to.deep.equal(['Stripe refused a refund for how it was asked'])
  })

  it('is one of several, on whatever page it is', async () => {
    await paid()
    for (let part = 0; part < 105; part += 1) await refund({ refundId: `part-${part}`, amount: 1 })
    expect((await lookUp('part-0')).kind).to.equal('succeeded')
    expect(await lookUp('part-0', 2)).to.deep.equal({ kind: 'unknown_refund' })
  })
})
