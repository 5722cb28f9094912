import { expect } from 'chai'
import { streams } from '../../domain/shared/streams.ts'
import { charge, minute, payment, requested, reserved } from '../../test/processors/paying.ts'
import { contentOf, orderId, stoppedEverywhere, type Shop } from '../../test/processors/shop.ts'
import { OutcomeUnknown, ProviderUnavailable } from '../../infrastructure/outside/errors.ts'
import { LeasesUnavailable } from './leases.ts'
import { paymentKey } from './intent.ts'

describe('a charge', () => {
  it('is made under the key that was stored with the intent, and its outcome written down', async () => {
    const shop = await requested()
    expect(await charge(shop)).to.equal('done')
    expect(shop.provider.charges).to.deep.equal([
      {
        orderId,
        paymentId: paymentKey(orderId),
        amount: 1000,
        currency: 'EUR',
        method: 'card-ok',
        idempotencyKey: paymentKey(orderId),
        sentBefore: false,
      },
    ])
    expect(shop.types(payment)).to.deep.equal(['PaymentRequested', 'PaymentSucceeded'])
  })

  it('is not made again when its outcome is there', async () => {
    const shop = await requested()
    await charge(shop)
    expect(await charge(shop)).to.equal('done')
    expect(shop.provider.calls).to.deep.equal(['charge'])
  })

  it('is not made for an order that is closed', async () => {
    const shop = await requested()
    await shop.command({ type: 'CancelOrder', orderId, reason: 'customer' })
    expect(await charge(shop)).to.equal('done')
    expect(shop.provider.calls).to.deep.equal([])
    expect(shop.types(payment)).to.deep.equal(['PaymentRequested'])
  })

  it('is not made while somebody else holds a lease, and is when that has run out', async () => {
    const shop = await requested()
    const what = {
      kind: 'payment',
      key: paymentKey(orderId),
      since: shop.now(),
      eventId: shop.last('PaymentRequested').id,
    }
    await shop.leases.claim(what, { onlyDue: true })
    expect(await charge(shop)).to.equal('done')
    expect(shop.provider.calls).to.deep.equal([])
    shop.advance(minute)
    await shop.pass()
    // The other may have sent it: the provider is asked what it knows before it is asked again.
    expect(shop.provider.calls).to.deep.equal(['lookUp', 'charge'])
    expect(shop.provider.charges.map(({ sentBefore }) => sentBefore)).to.deep.equal([true])
    expect(shop.types(payment)).to.deep.equal(['PaymentRequested', 'PaymentSucceeded'])
  })

  it('is not made without a lease: with the leases away it stays open, and the event is done', async () => {
    const shop = await requested()
    const { leases } = shop
    const claim = leases.claim.bind(leases)
    leases.claim = () => Promise.reject(new LeasesUnavailable('away'))
    expect(await charge(shop)).to.equal('done')
    expect(shop.provider.calls).to.deep.equal([])
    expect(shop.warnings).to.deep.equal(['no lease could be taken'])
    leases.claim = claim
    shop.advance(30_000)
    await shop.pass()
    expect(shop.types(payment)).to.deep.equal(['PaymentRequested', 'PaymentSucceeded'])
  })

  it('is due again by the schedule when it could not be written down, not only when its lease runs out', async () => {
    const shop = await requested()
    const stopped = await shop.stoppedAt(
      (step) => step.startsWith('append '),
      () => charge(shop),
    )
    expect([stopped, shop.types(payment)]).to.deep.equal([true, ['PaymentRequested']])
    const what = ['payment', paymentKey(orderId), shop.now()] as const
    expect(shop.leases.dueAt(...what)).to.deep.equal(new Date(shop.now().getTime() + 30_000))
    shop.advance(30_000)
    await shop.pass()
    expect(shop.types(payment)).to.deep.equal(['PaymentRequested', 'PaymentSucceeded'])
  })

  it('is written down also when the lease cannot be given back', async () => {
    const shop = await requested()
    shop.leases.release = () => Promise.reject(new LeasesUnavailable('away'))
    expect(await charge(shop)).to.equal('done')
    expect(shop.types(payment)).to.deep.equal(['PaymentRequested', 'PaymentSucceeded'])
  })

  it('that was not sent stays open without a word, and is then made without asking what became of it', async () => {
    const shop = await requested()
    shop.provider.next('charge', new ProviderUnavailable('refused'))
    expect(await charge(shop)).to.equal('done')
    expect(shop.types(payment)).to.deep.equal(['PaymentRequested'])
    shop.advance(30_000)
    await shop.pass()
    expect(shop.provider.calls).to.deep.equal(['charge', 'charge'])
    expect(shop.provider.charges.map(({ sentBefore }) => sentBefore)).to.deep.equal([false, false])
    expect(shop.types(payment)).to.deep.equal(['PaymentRequested', 'PaymentSucceeded'])
  })

  it('without a definite answer is noted once, and looked up later', async () => {
    const shop = await requested()
    shop.provider.next('charge', new OutcomeUnknown('time-out'))
    shop.provider.next('lookUp', new OutcomeUnknown('time-out'))
    shop.provider.next('lookUp', { kind: 'pending' })
    shop.provider.next('lookUp', { kind: 'succeeded', providerPaymentId: 'p1', amount: 1000, currency: 'EUR' })
    await charge(shop)
    const unknown = ['PaymentRequested', 'PaymentOutcomeUnknown']
    for (const wait of [0, 30_000, 2 * minute]) {
      shop.advance(wait)
      await shop.pass()
      expect(shop.types(payment)).to.deep.equal(unknown)
    }
    shop.advance(10 * minute)
    await shop.pass()
    expect(shop.types(payment)).to.deep.equal([...unknown, 'PaymentSucceeded'])
    expect(shop.provider.calls).to.deep.equal(['charge', 'lookUp', 'lookUp', 'lookUp'])
  })

  it('older than the provider keeps its keys is never made again', async () => {
    const shop = await requested()
    shop.provider.next('charge', new OutcomeUnknown('time-out'))
    await charge(shop)
    shop.advance(25 * 60 * minute)
    await shop.pass()
    expect(shop.provider.calls).to.deep.equal(['charge', 'lookUp'])
    expect(shop.ofStream(payment).at(-1)).to.deep.equal({
      type: 'PaymentFailed',
      orderId,
      paymentId: paymentKey(orderId),
      code: 'never_charged',
    })
  })

  it('that the customer must confirm is open until that is done', async () => {
    const shop = await requested()
    shop.provider.next('charge', { kind: 'action_required', url: 'https://bank.example/1' })
    shop.provider.next('lookUp', { kind: 'action_required', url: 'https://bank.example/1' })
    await charge(shop)
    shop.advance(30_000)
    await shop.pass()
    expect(shop.types(payment)).to.deep.equal(['PaymentRequested', 'PaymentActionRequired'])
    expect(
      await shop.followUps.intents({ now: new Date('2027-01-01'), kind: 'payment', firstDelayMs: 0, limit: 5 }),
    ).to.have.length(1)
  })

  it('happens once and is written down wherever it is cut off', async () => {
    for (const shop of await stoppedEverywhere(requested, charge)) {
      // Whoever was cut off has left its lease behind; the follow-ups come when that has run out.
      shop.advance(minute)
      await shop.pass()
      expect(shop.types(payment)).to.deep.equal(['PaymentRequested', 'PaymentSucceeded'])
      expect(new Set(shop.provider.charges.map(({ idempotencyKey }) => idempotencyKey))).to.deep.equal(
        new Set([paymentKey(orderId)]),
      )
    }
  })
})

describe('a charge by whoever writes down that it is wanted', () => {
  const held = (shop: Shop) => shop.deliver('payment', shop.last('InventoryReserved'))
  const looks = (shop: Shop) => shop.steps.filter((step) => step === `read ${streams.order(orderId)}`).length

  it('is made at once, on the same look at the order', async () => {
    const shop = await reserved()
    const before = looks(shop)
    expect(await held(shop)).to.equal('done')
    expect(shop.types(payment)).to.deep.equal(['PaymentRequested', 'PaymentSucceeded'])
    expect(looks(shop) - before).to.equal(1)
  })

  it('is not made again when the intent is delivered, and nobody is asked about that', async () => {
    const shop = await reserved()
    await held(shop)
    const before = shop.steps.length
    shop.leases.claim = () => Promise.reject(new Error('nobody has to ask'))
    expect(await charge(shop)).to.equal('done')
    expect([shop.provider.calls, shop.steps.length]).to.deep.equal([['charge'], before])
  })

  it('says that it follows from the intent', async () => {
    const shop = await reserved()
    await held(shop)
    expect(shop.last('PaymentSucceeded').metadata).to.have.property('$causationId', shop.last('PaymentRequested').id)
  })

  it('looks at the order again when it had to wait for its turn', async () => {
    const shop = await reserved()
    const { leases } = shop
    const claim = leases.claim.bind(leases)
    leases.claim = async (...args) => {
      await shop.command({ type: 'CancelOrder', orderId, reason: 'customer' })
      shop.advance(1_001)
      return claim(...args)
    }
    await held(shop)
    expect(shop.provider.calls).to.deep.equal([])
    expect(shop.types(payment)).to.deep.equal(['PaymentRequested'])
  })

  it('waits for no provider: the event is done, and the next of the order has its turn', async () => {
    const shop = await reserved()
    const answer = Promise.withResolvers<never>()
    shop.provider.charge = () => answer.promise
    expect(await shop.processors.handlers.payment(shop.last('InventoryReserved'))).to.equal('done')
    await shop.command({ type: 'CancelOrder', orderId, reason: 'customer' })
    expect(await shop.processors.handlers.payment(shop.last('OrderCancelled'))).to.equal('done')
    expect(shop.types(payment)).to.deep.equal(['PaymentRequested', 'PaymentVoided'])
    // What was voided meanwhile is cancelled when that call is over.
    answer.reject(new OutcomeUnknown('time-out'))
    await shop.idle()
    expect(shop.provider.calls).to.deep.equal(['cancel'])
    expect(shop.types(payment)).to.deep.equal(['PaymentRequested', 'PaymentVoided', 'PaymentFailed'])
  })

  it('happens once and is written down wherever it is cut off', async () => {
    for (const shop of await stoppedEverywhere(reserved, held)) {
      shop.advance(minute)
      await shop.pass()
      expect(shop.types(payment)).to.deep.equal(['PaymentRequested', 'PaymentSucceeded'])
      expect(new Set(shop.provider.charges.map(({ idempotencyKey }) => idempotencyKey))).to.deep.equal(
        new Set([paymentKey(orderId)]),
      )
    }
  })
})

describe('a late or second delivery', () => {
  it('changes nothing when everything comes once more, backwards', async () => {
    const shop = await requested()
    await shop.run()
    const before = contentOf(shop)
    const calls = [...shop.provider.calls]
    for (const stored of [...shop.store.log].reverse()) {
      for (const group of ['notification', 'payment', 'inventory', 'order'] as const) await shop.deliver(group, stored)
    }
    expect(contentOf(shop)).to.deep.equal(before)
    expect(shop.provider.calls).to.deep.equal(calls)
  })
})
