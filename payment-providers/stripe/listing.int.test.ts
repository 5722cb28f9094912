import { expect } from 'chai'
import { chargeRequest, chargeSucceeds, never, orderId } from '../../test/payment-providers/contract.ts'
import { rejection } from '../../test/support/rejection.ts'
import { allOf, describeListing } from '../../test/payment-providers/listing-contract.ts'
import { connectedStripe, type ConnectedStripe } from '../../test/stripe/connected.ts'
import { OutcomeUnknown, ProviderUnavailable } from '../port.ts'

const long = new Date(Date.now() - 3_600_000)

describeListing('Stripe', async () => {
  const under = await connectedStripe()
  return {
    provider: under.connect(),
    methods: {
      ok: 'pm_card_visa',
      declined: 'pm_card_visa_chargeDeclined',
      toConfirm: 'pm_card_authenticationRequired',
    },
    listCalls: () => under.stripe.seen().filter(({ path }) => path.includes('limit=100')).length,
    foreign: async () => {
      const parameters = {
        amount: '700',
        currency: 'eur',
        payment_method: 'pm_card_visa',
        return_url: 'https://x.example',
      }
      return under.stripe.intents.create(parameters).id
    },
    refundByHand: async (id, amount) => under.stripe.refunds.create({ payment_intent: id, amount: `${amount}` }).id,
    dispute: async (providerPaymentId) => {
      const { id } = under.stripe.disputes.open(providerPaymentId)
      return { id, close: async (how) => under.stripe.disputes.become(id, how) }
    },
    goAway: () => under.stripe.close(),
    close: () => under.close(),
  }
})

describe('the lists of Stripe', () => {
  let under: ConnectedStripe
  beforeEach(async () => {
    under = await connectedStripe()
  })
  afterEach(() => under.close())
  const refunds = () => allOf(under.connect().listing.refunds(long, never))

  it('say of a refund that was made in the dashboard which payment it is of, and of no order', async () => {
    const { providerPaymentId } = await chargeSucceeds(under.connect(), chargeRequest('pm_card_visa'))
    under.stripe.refunds.create({ payment_intent: providerPaymentId, amount: '500' })
    const [listed] = await refunds()
    expect(listed).to.deep.include({ providerPaymentId, orderId: undefined, claim: undefined })
    expect(listed).to.deep.include({ status: { kind: 'succeeded' }, money: { amount: 500, currency: 'EUR' } })
  })

  it('say of a refund that has failed since it succeeded that it failed, and why', async () => {
    const provider = under.connect()
    const { providerPaymentId } = await chargeSucceeds(provider, chargeRequest('pm_card_refundFail'))
    const asked = { orderId, providerPaymentId, refundId: 'full', attempt: 1, amount: 1999, currency: 'EUR' }
    await provider.refund({ ...asked, idempotencyKey: 'full-1' }, never)
    under.stripe.refunds.settle()
    const [listed] = await refunds()
    expect(listed?.status.kind).to.equal('failed')
    expect(listed).to.deep.include({ orderId, claim: { refundId: 'full', attempt: 1 } })
  })

  it('have the amount in our own units, whatever Stripe counts in', async () => {
    await chargeSucceeds(under.connect(), chargeRequest('pm_card_visa', { amount: 5_000, currency: 'JPY' }))
    const [listed] = await allOf(under.connect().listing.payments(long, never))
    expect(listed?.money).to.deep.equal({ amount: 5_000, currency: 'JPY' })
  })

  it('have inquiries and appeals as what moves no money that anybody can say', async () => {
    const { providerPaymentId } = await chargeSucceeds(under.connect(), chargeRequest('pm_card_visa'))
    const { id } = under.stripe.disputes.open(providerPaymentId, { status: 'warning_needs_response' })
    const statuses = async () =>
      (await allOf(under.connect().listing.disputes(long, never))).map(({ status }) => status)
    expect(await statuses()).to.deep.equal(['uncounted'])
    under.stripe.disputes.become(id, 'under_review')
    expect(await statuses()).to.deep.equal(['open'])
    under.stripe.disputes.become(id, 'appeal_under_review')
    expect(await statuses()).to.deep.equal(['uncounted'])
  })

  it('of disputes alone may be refused by a restricted key: a person is told which it is, once, and nothing else is kept from its answer', async () => {
    const provider = under.connect()
    under.stripe.fail('forbidden', { times: 6, on: /disputes/ })
    for (let sweep = 0; sweep < 6; sweep += 1) {
      await allOf(provider.listing.payments(long, never))
      expect(await rejection(allOf(provider.listing.disputes(long, never)))).to.be.instanceOf(ProviderUnavailable)
    }
    expect(under.alarms).to.deep.equal([
      'Stripe does not accept the secret key for disputes: payments and refunds go on, and books are not compared to the end',
    ])
    // That the key is none at all is another thing.
    under.stripe.fail('unauthorized', { times: 1, on: /disputes/ })
    expect(await rejection(allOf(provider.listing.disputes(long, never)))).to.be.instanceOf(ProviderUnavailable)
    expect(under.alarms.at(-1)).to.match(/for searches and lists/)
    expect(provider.lookUpBreaker?.()).to.equal('closed')
    expect(await allOf(provider.listing.disputes(long, never))).to.deep.equal([])
  })

  it('break off with an error, and never as if there were no more', async () => {
    const charged = Array.from({ length: 101 }, (_, index) => `${index}`)
    for (const key of charged)
      await chargeSucceeds(under.connect(), chargeRequest('pm_card_visa', { idempotencyKey: key }))
    under.stripe.fail('error', { on: /starting_after/ })
    const listing = allOf(under.connect().listing.payments(long, never))
    expect(await rejection(listing)).to.be.instanceOf(OutcomeUnknown)
  })
})
