import { expect } from 'chai'
import { streams } from '../../domain/shared/streams.ts'
import { ProcessStopping } from '../../infrastructure/outside/errors.ts'
import {
  after,
  minute,
  order,
  payment,
  pending,
  placed,
  stuck,
  unheardOf,
} from '../../test/processors/orders-at-deadline.ts'
import { contentOf, orderId, stoppedEverywhere, type Shop } from '../../test/processors/shop.ts'

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
