import { expect } from 'chai'
import { usualDeadlines } from '../../domain/orders/deadline.ts'
import { streams } from '../../domain/shared/streams.ts'
import { contentOf, createShop, orderId, stoppedEverywhere, type Shop } from '../../test/processors/shop.ts'
import { OutcomeUnknown, ProcessStopping, ProviderUnavailable } from '../../infrastructure/outside/errors.ts'
import { paymentKey } from '../perform/intent.ts'

const order = streams.order(orderId)
const payment = streams.payment(orderId)
const minute = 60_000

const placed = async (): Promise<Shop> => {
  const shop = createShop()
  await shop.stock('A', 5)
  await shop.place({ A: 2 })
  return shop
}
/** Nobody has handled it, and nobody will by itself: its first step stands in front of a person. */
const stuck = async (): Promise<Shop> => {
  const shop = await placed()
  shop.park('inventory')
  return shop
}
/** The provider has it in hand, and nobody has been told of an outcome. */
const pending = async (): Promise<Shop> => {
  const shop = await placed()
  shop.provider.next('charge', { kind: 'pending' })
  await shop.run()
  // Looked up now and then on the way to the deadline.
  for (let look = 0; look < 9; look += 1) shop.provider.next('lookUp', { kind: 'pending' })
  return shop
}
/** A minute before its deadline: the provider was away whenever it was asked for the money, and is asked again after the deadline. */
const unheardOf = async (): Promise<Shop> => {
  const shop = await placed()
  for (let times = 0; times < 2; times += 1) shop.provider.next('charge', new ProviderUnavailable('away'))
  await shop.run()
  await after(shop, 29 * minute)
  return shop
}
const after = async (shop: Shop, milliseconds: number) => {
  shop.advance(milliseconds)
  await shop.pass()
}

describe('the deadline of an order', () => {
  it('is not before its time', async () => {
    const shop = await placed()
    await after(shop, 30 * minute - 1)
    expect(shop.types(order)).to.deep.equal(['OrderPlaced'])
  })

  it('is left to the next process, at once, by one that stops before it has asked the provider', async () => {
    const shop = await pending()
    shop.provider.next('cancel', new ProcessStopping('not called'))
    await after(shop, 30 * minute)
    expect(shop.types(order)).to.deep.equal(['OrderPlaced'])
    shop.provider.next('cancel', { kind: 'cancelled' })
    await shop.pass()
    expect(shop.types(order)).to.deep.equal(['OrderPlaced', 'OrderCancelled'])
    expect(shop.failures).to.deep.equal([])
  })

  it('is dealt with by one at a time, and by the next when a lease has run out', async () => {
    const shop = await stuck()
    shop.advance(30 * minute)
    await shop.leases.claim(
      { kind: 'deadline', key: orderId, since: shop.now(), eventId: shop.last('OrderPlaced').id },
      { onlyDue: false },
    )
    await shop.deadline({
      orderId,
      placedAt: new Date(shop.now().getTime() - 30 * minute),
      actionRequired: false,
      eventId: shop.last('OrderPlaced').id,
    })
    expect(shop.types(order)).to.deep.equal(['OrderPlaced'])
    await after(shop, minute)
    expect(shop.types(order)).to.deep.equal(['OrderPlaced', 'OrderCancelled'])
  })

  it('expires an order that nobody was asked to pay, and the process managers do the rest', async () => {
    const shop = await stuck()
    await after(shop, 30 * minute)
    expect(shop.ofStream(order).at(-1)).to.deep.equal({ type: 'OrderCancelled', orderId, reason: 'expired' })
    expect(shop.provider.calls).to.deep.equal([])
    await shop.run()
    expect(shop.types(payment)).to.deep.equal(['PaymentVoided'])
    expect(shop.types(streams.reservation(orderId)).at(-1)).to.equal('InventoryReleased')
  })

  it('confirms an order whose payment is there', async () => {
    const shop = await placed()
    await shop.run('inventory', 'payment')
    expect(shop.types(payment).at(-1)).to.equal('PaymentSucceeded')
    await after(shop, 30 * minute)
    expect(shop.types(order)).to.deep.equal(['OrderPlaced', 'OrderConfirmed'])
  })

  it('rejects an order whose payment has failed', async () => {
    const shop = await placed()
    shop.provider.next('charge', { kind: 'failed', code: 'card_declined' })
    await shop.run('inventory', 'payment')
    await after(shop, 30 * minute)
    expect(shop.ofStream(order).at(-1)).to.deep.equal({ type: 'OrderRejected', orderId, reason: 'payment_failed' })
  })

  it('asks the provider to cancel what it has in hand, and expires the order when that is done', async () => {
    const shop = await pending()
    shop.provider.next('cancel', { kind: 'cancelled' })
    await after(shop, 30 * minute)
    expect(shop.provider.calls.at(-1)).to.equal('cancel')
    expect(shop.ofStream(order).at(-1)).to.deep.equal({ type: 'OrderCancelled', orderId, reason: 'expired' })
    expect(shop.types(payment)).to.deep.equal(['PaymentRequested'])
  })

  it('charges what the provider has never been asked for, when it answers at last', async () => {
    const shop = await unheardOf()
    await after(shop, minute)
    await shop.run()
    expect(shop.provider.calls.slice(-1)).to.deep.equal(['charge'])
    expect(shop.provider.calls, 'what was never sent is not looked for').not.to.include('cancel')
    expect(shop.types(order)).to.deep.equal(['OrderPlaced', 'OrderConfirmed'])
    expect(shop.types(payment)).to.deep.equal(['PaymentRequested', 'PaymentSucceeded'])
  })

  it('comes to one charge and one confirmation wherever that is cut off', async () => {
    const due = async () => {
      const shop = await unheardOf()
      shop.advance(minute)
      return shop
    }
    for (const shop of await stoppedEverywhere(due, (one) => one.passes.deadline())) {
      await after(shop, 2 * minute)
      await after(shop, 10 * minute)
      await shop.run()
      expect(shop.types(order)).to.deep.equal(['OrderPlaced', 'OrderConfirmed'])
      expect(new Set(shop.provider.charges.map(({ idempotencyKey }) => idempotencyKey)).size).to.equal(1)
    }
  })

  it('never expires an order whose money had been taken when it asked', async () => {
    const shop = await pending()
    shop.provider.next('cancel', { kind: 'succeeded', providerPaymentId: 'p1', amount: 1000, currency: 'EUR' })
    await after(shop, 30 * minute)
    await shop.run()
    expect(shop.types(order)).to.deep.equal(['OrderPlaced', 'OrderConfirmed'])
    expect(shop.types(payment)).to.deep.equal(['PaymentRequested', 'PaymentSucceeded'])
  })

  it('moves by ten minutes for as long as there is no answer, at most to two hours after placing', async () => {
    const shop = await pending()
    for (let ask = 0; ask < 20; ask += 1)
      shop.provider.next('cancel', ask % 2 === 0 ? new ProviderUnavailable('away') : new OutcomeUnknown('time-out'))
    await after(shop, 30 * minute)
    for (let at = 40; at < 120; at += 10) {
      expect(shop.types(order)).to.deep.equal(['OrderPlaced', 'OrderDelayed'])
      await after(shop, 10 * minute - 1)
      const asked = shop.provider.calls.filter((call) => call === 'cancel').length
      await after(shop, 1)
      expect(shop.provider.calls.filter((call) => call === 'cancel').length).to.equal(asked + 1)
    }
    await after(shop, 10 * minute)
    expect(shop.ofStream(order).at(-1)).to.deep.equal({ type: 'OrderCancelled', orderId, reason: 'expired' })
  })

  it('that is moved is told to the customer, once', async () => {
    const shop = await pending()
    for (let ask = 0; ask < 3; ask += 1) shop.provider.next('cancel', new ProviderUnavailable('away'))
    await after(shop, 30 * minute)
    await shop.run()
    for (let times = 0; times < 2; times += 1) await after(shop, 10 * minute)
    await shop.run()
    expect(shop.types(order)).to.deep.equal(['OrderPlaced', 'OrderDelayed'])
    expect(shop.sent.map(({ subject }) => subject)).to.deep.equal([
      'We have received your order ABC1234567',
      'Your order ABC1234567 takes a little longer',
    ])
  })

  it('waits half an hour longer, once, for a customer who has to confirm', async () => {
    const shop = await placed()
    shop.provider.next('charge', { kind: 'action_required', url: 'https://bank.example/1' })
    for (let look = 0; look < 9; look += 1)
      shop.provider.next('lookUp', { kind: 'action_required', url: 'https://bank.example/1' })
    await shop.run()
    await after(shop, 60 * minute - 1)
    expect(shop.types(order)).to.deep.equal(['OrderPlaced'])
    shop.provider.next('cancel', { kind: 'cancelled' })
    await after(shop, 1)
    expect(shop.types(order)).to.deep.equal(['OrderPlaced', 'OrderCancelled'])
  })

  it('stands still while an event of the order is unhandled, for two hours at most, and then says whose fault it is', async () => {
    const shop = await placed()
    await after(shop, 30 * minute)
    for (let at = 30; at < 120; at += 10) {
      expect(shop.types(order)).to.deep.equal(['OrderPlaced'])
      await after(shop, 10 * minute)
    }
    expect(shop.types(order)).to.deep.equal(['OrderPlaced', 'OrderCancelled'])
    expect(shop.alerts).to.deep.equal(['order expired: its own events were not handled within two hours'])
  })

  it('leaves what was handled late the time to come to its end', async () => {
    const shop = await placed()
    await after(shop, 40 * minute)
    expect(shop.types(order)).to.deep.equal(['OrderPlaced'])
    shop.provider.next('charge', { kind: 'pending' })
    for (let look = 0; look < 9; look += 1) shop.provider.next('lookUp', { kind: 'pending' })
    await shop.run()
    await after(shop, 7 * minute)
    expect(shop.provider.calls).not.to.include('cancel')
    shop.provider.next('cancel', { kind: 'cancelled' })
    await after(shop, 8 * minute)
    expect(shop.types(order)).to.deep.equal(['OrderPlaced', 'OrderCancelled'])
    expect(shop.alerts).to.deep.equal([])
  })

  it('stands still while somebody is at its payment', async () => {
    const shop = await pending()
    shop.advance(30 * minute)
    const { id: eventId } = shop.last('PaymentRequested')
    await shop.leases.claim(
      { kind: 'payment', key: paymentKey(orderId), since: shop.now(), eventId },
      { onlyDue: false },
    )
    await shop.pass()
    expect(shop.provider.calls).not.to.include('cancel')
  })

  it('is put off only for a moment by a look-up that is under way just then: money that comes later is too late', async () => {
    const shop = await pending()
    shop.advance(30 * minute)
    const lookedUp = Promise.withResolvers<undefined>()
    const lookUp = shop.provider.lookUp
    shop.provider.lookUp = async (...asked) => {
      await lookedUp.promise
      return lookUp(...asked)
    }
    // The passes go on beside each other: the order's payment is due in the same moment.
    const payment = shop.passes.payment()
    await shop.passes.deadline()
    lookedUp.resolve(undefined)
    await payment
    await shop.idle()
    expect(shop.provider.calls).not.to.include('cancel')
    shop.provider.next('cancel', { kind: 'cancelled' })
    await after(shop, usualDeadlines.callLimit)
    expect(shop.types(order)).to.deep.equal(['OrderPlaced', 'OrderCancelled'])
  })

  it('refunds once what is captured after the order has expired', async () => {
    const shop = await pending()
    shop.provider.next('cancel', { kind: 'cancelled' })
    await after(shop, 30 * minute)
    shop.provider.next('cancel', { kind: 'succeeded', providerPaymentId: 'p1', amount: 1000, currency: 'EUR' })
    await shop.run()
    await shop.run()
    expect(shop.types(payment)).to.deep.equal([
      'PaymentRequested',
      'PaymentVoided',
      'PaymentSucceeded',
      'RefundRequested',
      'RefundSucceeded',
    ])
    expect(shop.provider.refunds).to.have.length(1)
  })

  it('comes to the same end wherever it is cut off', async () => {
    const due = async () => {
      const shop = await stuck()
      shop.advance(30 * minute)
      return shop
    }
    const look = async (shop: Shop) => {
      const [waiting] = await shop.followUps.orders({ now: shop.now(), settings: shop.settings, limit: 5 })
      if (waiting !== undefined) await shop.deadline(waiting)
    }
    for (const shop of await stoppedEverywhere(due, look)) {
      await after(shop, 2 * minute)
      expect(shop.types(order)).to.deep.equal(['OrderPlaced', 'OrderCancelled'])
      expect(contentOf(shop).filter(({ type }) => type === 'OrderCancelled')).to.have.length(1)
      expect(shop.failures).to.deep.equal([])
    }
  })
})
