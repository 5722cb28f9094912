import { expect } from 'chai'
import { usualDeadlines } from '../../domain/orders/deadline.ts'
import { OutcomeUnknown, ProviderUnavailable } from '../../infrastructure/outside/errors.ts'
import { after, minute, order, pending, placed } from '../../test/processors/orders-at-deadline.ts'
import { orderId } from '../../test/processors/shop.ts'
import { paymentKey } from '../perform/intent.ts'

describe('the deadline of an order', () => {
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
})
