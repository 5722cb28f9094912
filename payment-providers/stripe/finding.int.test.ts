import { expect } from 'chai'
import { chargeRequest, chargeSucceeds, never, orderId } from '../../test/payment-providers/contract.ts'
import { rejection } from '../../test/support/rejection.ts'
import { connectedStripe, type ConnectedStripe } from '../../test/stripe/connected.ts'
import { untilTrue } from '../../test/support/until.ts'
import type { BreakerState } from '../../infrastructure/outside/circuit-breaker.ts'
import { HeldBack, OutcomeUnknown, ProviderUnavailable, type ConnectedProvider } from '../port.ts'

const { paymentId } = chargeRequest('')
const minute = 60_000

describe('finding and cancelling a payment at Stripe', () => {
  let under: ConnectedStripe
  let provider: ConnectedProvider
  let time = 0
  beforeEach(async () => {
    time = Date.parse('2026-03-01T12:00:00Z')
    under = await connectedStripe({ now: () => new Date(time) })
    provider = under.connect()
  })
  afterEach(() => under.close())
  const began = new Date('2026-03-01T12:00:00Z')
  const sought = { paymentId, notBefore: async () => began }
  const cancel = () => provider.cancel({ ...sought, idempotencyKey: `cancel-${time}` }, never)
  const paths = () => under.stripe.seen().map(({ method, path }) => `${method} ${path.split('?')[0]}`)
  const others = async (count: number) => {
    for (let other = 0; other < count; other += 1) {
      const id = `0190f000-0000-7000-8000-${String(other).padStart(12, '0')}`
      await provider.charge(chargeRequest('pm_card_visa', { paymentId: id, idempotencyKey: id }), never)
    }
  }

  it('finds a young one in the lists, which are not behind, on whatever page it is', async () => {
    const made = await chargeSucceeds(provider, chargeRequest('pm_card_visa'))
    await others(120)
    const before = paths().length
    expect(await provider.lookUp(sought, never)).to.deep.equal(made)
    expect(paths().slice(before)).to.deep.equal(['GET /v1/payment_intents', 'GET /v1/payment_intents'])
  })

  it('finds an older one by the search, and looks at it as it is now', async () => {
    await provider.charge(chargeRequest('pm_card_authenticationRequired'), never)
    time += 60 * minute
    const [intent] = under.stripe.intents.all()
    under.stripe.intents.authenticate(intent?.id ?? '')
    const before = paths().length
    expect((await provider.lookUp(sought, never)).kind).to.equal('succeeded')
    expect(paths().slice(before)).to.deep.equal([
      'GET /v1/payment_intents/search',
      `GET /v1/payment_intents/${intent?.id}`,
    ])
  })

  it('does not take an empty search for an answer', async () => {
    await under.close()
    under = await connectedStripe({ now: () => new Date(time), indexedAfterMs: 24 * 60 * minute })
    provider = under.connect()
    const made = await chargeSucceeds(provider, chargeRequest('pm_card_visa'))
    time += 90 * minute
    expect(await provider.lookUp(sought, never)).to.deep.equal(made)
  })

  it('does without the search where the account has none', async () => {
    const made = await chargeSucceeds(provider, chargeRequest('pm_card_visa'))
    time += 60 * minute
    under.stripe.fail('unknown_parameter', { on: /search/ })
    expect(await provider.lookUp(sought, never)).to.deep.equal(made)
  })

  it('finds what was made by a clock that is minutes behind ours', async () => {
    time -= 4 * minute
    const made = await chargeSucceeds(provider, chargeRequest('pm_card_visa'))
    expect(await provider.lookUp(sought, never)).to.deep.equal(made)
  })

  it('does not answer "unknown" for a list that breaks off', async () => {
    await chargeSucceeds(provider, chargeRequest('pm_card_visa'))
    await others(101)
    under.stripe.fail('error', { on: /starting_after/ })
    expect(await rejection(provider.lookUp(sought, never))).to.be.instanceOf(OutcomeUnknown)
  })

  it('finds what a key that is forgotten by now has made', async () => {
    const made = await chargeSucceeds(provider, chargeRequest('pm_card_visa'))
    time += 25 * 60 * minute
    under.stripe.forgetKeys()
    expect(await provider.lookUp(sought, never)).to.deep.equal(made)
  })

  it('cancels one that waits for its customer, whose yes comes too late then', async () => {
    await provider.charge(chargeRequest('pm_card_authenticationRequired'), never)
    expect(await cancel()).to.deep.equal({ kind: 'cancelled' })
    const [intent] = under.stripe.intents.all()
    under.stripe.intents.authenticate(intent?.id ?? '')
    expect(await provider.lookUp(sought, never)).to.deep.equal({ kind: 'cancelled' })
  })

  it('cancels one that was declined, so that nobody can take it up again', async () => {
    await provider.charge(chargeRequest('pm_card_visa_chargeDeclined'), never)
    expect(await cancel()).to.deep.equal({ kind: 'cancelled' })
  })

  it('says of one that was captured between the look and the cancelling that it was', async () => {
    await provider.charge(chargeRequest('pm_card_authenticationRequired'), never)
    const [intent] = under.stripe.intents.all()
    const really = under.stripe.intents.cancel.bind(under.stripe.intents)
    under.stripe.intents.cancel = (id, parameters) => {
      under.stripe.intents.authenticate(id)
      return really(id, parameters)
    }
    expect(await cancel()).to.deep.equal({
      kind: 'succeeded',
      providerPaymentId: intent?.id,
      amount: 1999,
      currency: 'EUR',
    })
  })

  it('leaves one that is being processed, and looks again later', async () => {
    await provider.charge(chargeRequest('pm_card_authenticationRequired'), never)
    const [intent] = under.stripe.intents.all()
    if (intent !== undefined) intent.status = 'processing'
    expect(await cancel()).to.deep.equal({ kind: 'pending' })
    expect(await provider.lookUp(sought, never)).to.deep.equal({ kind: 'pending' })
  })

  it('knows nothing when the cancelling is not answered, and the truth when it asks again', async () => {
    await provider.charge(chargeRequest('pm_card_authenticationRequired'), never)
    under.stripe.fail('lost', { on: /cancel$/ })
    expect(await rejection(cancel())).to.be.instanceOf(OutcomeUnknown)
    time += minute
    expect(await cancel()).to.deep.equal({ kind: 'cancelled' })
  })

  it('is held back while Stripe limits its searches and lists, and charges are not: the breaker stays closed', async () => {
    await provider.charge(chargeRequest('pm_card_authenticationRequired'), never)
    time += 60 * minute
    under.stripe.fail('rate_limit', { times: 6, on: /search/ })
    for (let call = 0; call < 6; call += 1)
      expect(await rejection(provider.lookUp(sought, never))).to.be.instanceOf(ProviderUnavailable)
    expect(provider.breaker()).to.equal('closed')
    await others(1)
    expect((await provider.lookUp(sought, never)).kind).to.equal('action_required')
  })

  it('takes no charge with it where it is slow or fails: five and more of them leave the breaker closed', async () => {
    time += 60 * minute
    const states: BreakerState[] = []
    const look = under.connect({
      timeLimitMs: 50,
      onLookUpBreaker: (state) => {
        states.push(state)
      },
    })
    under.stripe.fail('hang', { times: 3, on: /payment_intents\?/ })
    under.stripe.fail('error', { times: 3, on: /search/ })
    for (let call = 0; call < 6; call += 1) expect(await rejection(look.lookUp(sought, never))).to.be.instanceOf(Error)
    expect([look.breaker(), look.lookUpBreaker?.(), states]).to.deep.equal(['closed', 'open', ['open']])
    expect(await rejection(look.lookUp(sought, never)), 'its own is open').to.be.instanceOf(HeldBack)
    await chargeSucceeds(under.connect(), chargeRequest('pm_card_visa'))
  })

  it('does not have a breaker that is half open close for it: a charge has to go well', async () => {
    const quick = under.connect({ breakerPauseMs: 20 })
    under.stripe.fail('error', { times: 5, on: /POST/ })
    for (let call = 0; call < 5; call += 1) await rejection(quick.charge(chargeRequest('pm_card_visa'), never))
    expect(quick.breaker()).to.equal('open')
    await untilTrue('the breaker is half open', () => quick.breaker() === 'half_open')
    expect(await quick.lookUp(sought, never)).to.deep.equal({ kind: 'unknown_payment' })
    expect(quick.breaker()).to.equal('half_open')
    await chargeSucceeds(quick, chargeRequest('pm_card_visa'))
    expect(quick.breaker()).to.equal('closed')
  })

  it('is not tried again before Stripe wants to be asked, and charges go on', async () => {
    time += 60 * minute
    under.stripe.fail('rate_limit_for_seven_seconds', { on: /search/ })
    await rejection(provider.lookUp(sought, never))
    time += 6_999
    const before = paths().length
    expect(await rejection(provider.lookUp(sought, never))).to.be.instanceOf(ProviderUnavailable)
    expect(await rejection(cancel())).to.be.instanceOf(ProviderUnavailable)
    expect(paths()).to.have.length(before)
    await others(1)
    time += 1
    expect(await provider.lookUp(sought, never)).to.deep.equal({ kind: 'unknown_payment' })
  })

  it('goes on while charges have to wait for as long as Stripe says', async () => {
    under.stripe.fail('rate_limit_for_seven_seconds', { on: /POST/ })
    await rejection(provider.charge(chargeRequest('pm_card_visa'), never))
    const before = paths().length
    expect(await rejection(provider.charge(chargeRequest('pm_card_visa'), never))).to.be.instanceOf(ProviderUnavailable)
    expect(paths()).to.have.length(before)
    expect(provider.isPaused()).to.equal(true)
    expect(await provider.lookUp(sought, never)).to.deep.equal({ kind: 'unknown_payment' })
    time += 7_000
    expect(provider.isPaused()).to.equal(false)
    await chargeSucceeds(provider, chargeRequest('pm_card_visa'))
  })

  it('waits for as long as Stripe says where the clock on the wall is put forward meanwhile, and no longer where it is put back', async () => {
    let passed = 0
    const steady = under.connect({ monotonic: () => passed })
    under.stripe.fail('rate_limit_for_seven_seconds', { on: /POST/ })
    await rejection(steady.charge(chargeRequest('pm_card_visa'), never))
    time += 60 * minute
    const before = paths().length
    expect(await rejection(steady.charge(chargeRequest('pm_card_visa'), never))).to.be.instanceOf(HeldBack)
    expect([paths().length, steady.isPaused()]).to.deep.equal([before, true])
    time -= 120 * minute
    passed += 7_000
    expect(steady.isPaused()).to.equal(false)
    await chargeSucceeds(steady, chargeRequest('pm_card_visa'))
  })

  it('passes over what others sell on the same account', async () => {
    under.stripe.intents.create({
      amount: '1999',
      currency: 'eur',
      payment_method: 'pm_card_visa',
      return_url: 'https://other.example/',
      metadata: { order_id: orderId, payment_id: 'not one of ours' },
    })
    expect(await provider.lookUp(sought, never)).to.deep.equal({ kind: 'unknown_payment' })
  })
})
