import { expect } from 'chai'
import { chargeRequest, never, orderId, sought } from '../../test/payment-providers/contract.ts'
import { rejection } from '../../test/support/rejection.ts'
import { untilTrue } from '../../test/support/until.ts'
import { connectedStripe, type ConnectedStripe } from '../../test/stripe/connected.ts'
import type { FaultKind } from '../../test/stripe/faults.ts'
import { OutcomeUnknown, ProviderUnavailable, type ConnectedProvider } from '../port.ts'

const { paymentId } = chargeRequest('')

describe('a charge by Stripe', () => {
  let under: ConnectedStripe
  let provider: ConnectedProvider
  beforeEach(async () => {
    under = await connectedStripe()
    provider = under.connect()
  })
  afterEach(() => under.close())
  const charge = (method = 'pm_card_visa', sentBefore = false) =>
    provider.charge(chargeRequest(method, { sentBefore }), never)
  const states = () => under.stripe.intents.all().map(({ status }) => status)

  it('is one call, under the stored key, with our ids and nothing about anybody', async () => {
    await charge()
    expect(under.stripe.seen()).to.deep.equal([{ method: 'POST', path: '/v1/payment_intents', key: 'key-1' }])
    const [intent] = under.stripe.intents.all()
    expect(intent?.metadata).to.deep.equal({ order_id: orderId, payment_id: paymentId })
    expect([intent?.amount, intent?.currency]).to.deep.equal([1999, 'eur'])
  })

  for (const [method, code] of [
    ['pm_card_visa_chargeDeclinedInsufficientFunds', 'insufficient_funds'],
    ['pm_card_visa_chargeDeclinedLostCard', 'card_declined'],
    ['pm_card_visa_chargeDeclinedVelocityLimitExceeded', 'card_limit_exceeded'],
    ['pm_card_chargeDeclinedExpiredCard', 'expired_card'],
    ['pm_card_chargeDeclinedIncorrectCvc', 'card_details_wrong'],
    ['pm_card_chargeDeclinedProcessingError', 'try_again_later'],
    ['pm_nobody_made', 'payment_method_unknown'],
  ] as const) {
    it(`with ${method} fails as ${code}`, async () => {
      expect(await charge(method)).to.deep.equal({ kind: 'failed', code })
      expect(under.alarms).to.deep.equal([])
    })
  }

  it('says the same of a decline when it is asked again, and later by the look-up', async () => {
    const failed = { kind: 'failed', code: 'insufficient_funds' }
    for (const sentBefore of [false, true])
      expect(await charge('pm_card_visa_chargeDeclinedInsufficientFunds', sentBefore)).to.deep.equal(failed)
    expect(await provider.lookUp(sought(paymentId), never)).to.deep.equal(failed)
    expect(states()).to.deep.equal(['requires_payment_method'])
  })

  it('looks at the payment as it is now when it gets an old answer again', async () => {
    expect((await charge('pm_card_authenticationRequired')).kind).to.equal('action_required')
    const [intent] = under.stripe.intents.all()
    under.stripe.intents.authenticate(intent?.id ?? '')
    expect((await charge('pm_card_authenticationRequired', true)).kind).to.equal('succeeded')
  })

  it('sends the customer to their bank, whose no is a decline', async () => {
    const outcome = await charge('pm_card_authenticationRequired')
    const [intent] = under.stripe.intents.all()
    expect(outcome).to.deep.equal({ kind: 'action_required', url: `${under.stripe.url}/authenticate/${intent?.id}` })
    under.stripe.intents.authenticate(intent?.id ?? '', false)
    expect(await provider.lookUp(sought(paymentId), never)).to.deep.equal({
      kind: 'failed',
      code: 'authentication_failed',
    })
  })

  it('of what cannot be expressed is refused before anything is sent', async () => {
    const odd = chargeRequest('pm_card_visa', { amount: 5_123, currency: 'KWD' })
    expect(await provider.charge(odd, never)).to.deep.equal({ kind: 'failed', code: 'amount_not_supported' })
    expect(under.stripe.seen()).to.deep.equal([])
  })

  it('refused for how it was asked is definite the first time, and nothing later on; a person is told', async () => {
    const small = chargeRequest('pm_card_visa', { amount: 1 })
    expect(await provider.charge(small, never)).to.deep.equal({ kind: 'failed', code: 'amount_too_small' })
    expect(await rejection(provider.charge({ ...small, sentBefore: true }, never))).to.be.instanceOf(OutcomeUnknown)
    expect(under.alarms).to.deep.equal([])
    under.stripe.fail('unknown_parameter')
    expect(await charge()).to.deep.equal({ kind: 'failed', code: 'request_refused' })
    expect(under.alarms).to.deep.equal(['Stripe refused a payment for how it was asked'])
  })

  for (const [fault, kind] of [
    ['unauthorized', ProviderUnavailable],
    ['forbidden', ProviderUnavailable],
    ['rate_limit', ProviderUnavailable],
    ['lock_timeout', ProviderUnavailable],
    ['conflict', OutcomeUnknown],
    ['dependency', OutcomeUnknown],
    ['proxy', OutcomeUnknown],
    ['cut', OutcomeUnknown],
    ['lost', OutcomeUnknown],
    ['error_stored', OutcomeUnknown],
  ] as const satisfies readonly (readonly [FaultKind, unknown])[]) {
    it(`answered with ${fault} is ${kind.name}`, async () => {
      under.stripe.fail(fault)
      const error = await rejection(charge())
      // Not a subclass of the other: one says that nothing was sent.
      expect(error).to.be.instanceOf(kind)
      expect(error instanceof ProviderUnavailable).to.equal(kind === ProviderUnavailable)
      expect(String(error)).not.to.include('not now')
    })
  }

  for (const fault of ['lost', 'cut'] as const) {
    it(`whose answer was ${fault} is found, and asked again is the same one`, async () => {
      under.stripe.fail(fault)
      await rejection(charge())
      const found = await provider.lookUp(sought(paymentId), never)
      expect(found.kind).to.equal('succeeded')
      expect(await charge('pm_card_visa', true)).to.deep.equal(found)
      expect(states()).to.deep.equal(['succeeded'])
    })
  }

  it('stays unknown where the key keeps a 500, whatever had come of it', async () => {
    under.stripe.fail('error_after')
    await rejection(charge())
    expect(await rejection(charge('pm_card_visa', true))).to.be.instanceOf(OutcomeUnknown)
    expect((await provider.lookUp(sought(paymentId), never)).kind).to.equal('succeeded')
  })

  it('under a key that was used for something else says nothing of the first, and a person is told', async () => {
    const first = await charge()
    const other = chargeRequest('pm_card_visa', { amount: 2000, sentBefore: true })
    expect(await rejection(provider.charge(other, never))).to.be.instanceOf(OutcomeUnknown)
    expect(under.alarms).to.deep.equal(['Stripe: an idempotency key was used for two different requests'])
    expect(await provider.lookUp(sought(paymentId), never)).to.deep.equal(first)
  })

  it('under a key that is being worked on is not made twice', async () => {
    const [one, two] = await Promise.allSettled([charge(), charge('pm_card_visa', true)])
    expect([one.status, two.status]).to.include('fulfilled')
    expect(states()).to.deep.equal(['succeeded'])
  })

  it('does not go on when the secret key is refused: a person is told once, until it is accepted again', async () => {
    under.stripe.fail('unauthorized', { times: 6 })
    for (let call = 0; call < 6; call += 1) expect(await rejection(charge())).to.be.instanceOf(ProviderUnavailable)
    expect(provider.breaker()).to.equal('open')
    expect(under.stripe.seen()).to.have.length(5)
    expect(under.alarms).to.deep.equal(['Stripe does not accept the secret key: no payment is made and none refunded'])
  })

  it('has the key said to be refused once, also where other calls go wrong in between', async () => {
    for (const fault of ['unauthorized', 'error', 'forbidden', 'lost', 'unauthorized'] as const) {
      under.stripe.fail(fault)
      await rejection(charge())
    }
    expect(under.alarms).to.have.length(1)
    const again = under.connect()
    const chargeAgain = () => again.charge(chargeRequest('pm_card_visa', { idempotencyKey: 'again' }), never)
    under.stripe.fail('unauthorized')
    await rejection(chargeAgain())
    await chargeAgain()
    under.stripe.fail('unauthorized')
    await rejection(chargeAgain())
    expect(under.alarms, 'it was accepted in between').to.have.length(3)
  })

  it('goes on where the secret key may not search and list, and a person is told which it is', async () => {
    under.stripe.fail('forbidden', { times: 3, on: /GET/ })
    for (let call = 0; call < 3; call += 1) {
      expect(await rejection(provider.lookUp(sought(paymentId), never))).to.be.instanceOf(ProviderUnavailable)
      await provider.charge(chargeRequest('pm_card_visa', { idempotencyKey: `key-${call}` }), never)
    }
    expect(under.alarms).to.deep.equal([
      'Stripe does not accept the secret key for searches and lists: what may have been sent is not looked up',
    ])
  })

  it("is nobody's only where Stripe says that there is none", async () => {
    under.stripe.fail('unknown_parameter', { on: /GET/ })
    const refused = await rejection(provider.orderOf?.('pi_of_nobody', never) ?? Promise.resolve())
    expect(refused).to.be.instanceOf(Error)
    expect(await provider.orderOf?.('pi_of_nobody', never)).to.deep.equal({ kind: 'unknown_payment' })
  })

  it('is held back while Stripe limits our rate, and not for one that waits for its own lock', async () => {
    under.stripe.fail('lock_timeout', { times: 6 })
    for (let call = 0; call < 6; call += 1) await rejection(charge())
    expect(provider.breaker()).to.equal('closed')
    const other = under.connect()
    under.stripe.fail('rate_limit', { times: 5 })
    for (let call = 0; call < 5; call += 1) await rejection(other.charge(chargeRequest('pm_card_visa'), never))
    expect(other.breaker()).to.equal('open')
  })

  it('that is called off ends its request, and does not wait for its limit', async function () {
    this.timeout(10_000)
    const patient = under.connect({ timeLimitMs: 60_000 })
    under.stripe.fail('hang')
    const off = new AbortController()
    const called = rejection(patient.charge(chargeRequest('pm_card_visa'), off.signal))
    await untilTrue('it is under way', () => under.stripe.seen().length > 0)
    off.abort()
    expect(await called).to.be.instanceOf(OutcomeUnknown)
  })

  it('that is declined says nothing about Stripe: the breaker stays closed', async () => {
    for (let call = 0; call < 6; call += 1)
      await provider.charge(
        chargeRequest('pm_card_visa_chargeDeclined', { idempotencyKey: `key-${call}`, paymentId: orderId }),
        never,
      )
    expect(provider.breaker()).to.equal('closed')
  })
})
