import { expect } from 'chai'
import { reservationDecider } from '../../domain/inventory/reservation.ts'
import { stockDecider } from '../../domain/inventory/stock.ts'
import { paymentDecider } from '../../domain/payments/payment.ts'
import { streams } from '../../domain/shared/streams.ts'
import { serviceNames } from '../services.ts'
import { contentOf, createShop, orderId, stoppedEverywhere, type Shop } from '../../test/processors/shop.ts'

const order = streams.order(orderId)
const reservation = streams.reservation(orderId)
const payment = streams.payment(orderId)
const minute = 60_000
const nothing = { kind: 'driven', written: [], refusals: [], wasBehind: false }

const placed = async (): Promise<Shop> => {
  const shop = createShop()
  await shop.stock('A', 5)
  await shop.place({ A: 2 })
  return shop
}
const after = async (shop: Shop, milliseconds: number) => {
  shop.advance(milliseconds)
  return shop.driveOn()
}
/** Its message is lost: the group is done with it, and nobody has handled it. */
const lost = placed

/** Shipped, and its reservation is not held any more, which cannot be: its stock can never be committed. */
const refusing = async (): Promise<Shop> => {
  const shop = await placed()
  await shop.run()
  await shop.command({ type: 'ShipOrder', orderId, carrier: 'Post', trackingNumber: 'T-1' })
  await shop.run('notification')
  const release = { type: 'ReleaseInventory', orderId, reason: 'by hand' } as const
  await shop.commands.handle(reservationDecider, reservation, release, shop.context())
  const line = { type: 'ReleaseStock', sku: 'A', orderId } as const
  await shop.commands.handle(stockDecider, streams.stock('A'), line, shop.context())
  return shop
}

describe('an order that stands still', () => {
  it('is driven on after a minute: what was lost is done, and what follows goes its usual way', async () => {
    const shop = await lost()
    expect(await after(shop, minute - 1)).to.equal(0)
    expect(shop.types(reservation)).to.deep.equal([])
    expect(await after(shop, 15_000)).to.equal(1)
    expect(shop.types(reservation)).to.deep.equal(['ReservationStarted', 'InventoryReserved'])
    expect(shop.driven).to.deep.equal([
      {
        kind: 'driven',
        written: ['ReservationStarted', 'StockReserved', 'InventoryReserved'],
        refusals: [],
        wasBehind: false,
      },
    ])
    await shop.run()
    expect(shop.types(order)).to.deep.equal(['OrderPlaced', 'OrderConfirmed'])
    expect(await after(shop, 60 * minute)).to.equal(0)
  })

  it('is driven on wherever on its way the message was lost', async () => {
    for (const type of ['OrderPlaced', 'InventoryReserved', 'PaymentSucceeded']) {
      const shop = await placed()
      shop.lose(type)
      await shop.run()
      expect(shop.types(order), type).to.deep.equal(['OrderPlaced'])
      expect(await after(shop, minute)).to.equal(1)
      expect(shop.driven.map((driven) => driven.kind === 'driven' && driven.written.length > 0)).to.deep.equal([true])
      await shop.run()
      expect(shop.types(order)).to.deep.equal(['OrderPlaced', 'OrderConfirmed'])
    }
  })

  it('gives back the stock and the money of an order whose cancellation was lost', async () => {
    const shop = await placed()
    await shop.run()
    await shop.command({ type: 'CancelOrder', orderId, reason: 'customer' })
    expect(await after(shop, minute)).to.equal(1)
    await shop.run()
    expect(shop.types(reservation).at(-1)).to.equal('InventoryReleased')
    expect(shop.types(payment).slice(-2)).to.deep.equal(['RefundRequested', 'RefundSucceeded'])
    expect(shop.types(streams.stock('A')).at(-1)).to.equal('StockReleased')
  })

  it('gives back all of the money also where a refund of a part of it had failed before', async () => {
    const shop = await placed()
    await shop.run()
    const part = { orderId, refundId: 'r-1', amount: 100, currency: 'EUR', reason: 'goodwill' }
    await shop.commands.handle(paymentDecider, payment, { type: 'RefundPayment', ...part }, shop.context())
    shop.provider.next('refund', { kind: 'failed', code: 'account_closed' })
    await shop.run()
    expect(shop.types(payment).at(-1)).to.equal('RefundFailed')
    await shop.command({ type: 'CancelOrder', orderId, reason: 'customer' })
    await shop.run('inventory', 'notification')
    expect(await after(shop, minute)).to.equal(1)
    await shop.run()
    expect(shop.ofStream(payment).at(-1)).to.include({ type: 'RefundSucceeded', refundId: 'full', amount: 1000 })
  })

  it('is left alone while it waits for the provider: nothing of ours can have been lost', async () => {
    const shop = await placed()
    shop.provider.next('charge', { kind: 'pending' })
    await shop.run()
    expect(await after(shop, 10 * minute)).to.equal(0)
  })

  it('is left alone while a group has its event still before it, for an hour at most', async () => {
    const shop = await placed()
    shop.fallBehind(shop.last('OrderPlaced'))
    for (let waited = 1; waited < 60; waited += 1) await after(shop, minute)
    expect(shop.driven.every(({ kind }) => kind === 'behind')).to.equal(true)
    expect(shop.types(reservation)).to.deep.equal([])
    await after(shop, minute)
    expect(shop.types(reservation).at(-1)).to.equal('InventoryReserved')
    expect(shop.driven.at(-1)).to.have.property('wasBehind', true)
  })

  it('is left alone by a service in which an event of it stands in front of a person', async () => {
    const shop = await placed()
    shop.park('inventory')
    await after(shop, minute)
    expect(shop.driven).to.deep.equal([nothing])
    expect(shop.types(reservation)).to.deep.equal([])
  })

  it('is driven on in the others: a mail that could not be sent holds up no stock', async () => {
    const shop = await lost()
    shop.park('notification')
    await after(shop, minute)
    expect(shop.types(reservation).at(-1)).to.equal('InventoryReserved')
  })

  it('is left alone where it stands in front of a person in each service', async () => {
    const shop = await placed()
    for (const name of serviceNames) shop.park(name)
    await after(shop, minute)
    expect(shop.driven).to.deep.equal([{ kind: 'parked' }])
    for (const name of serviceNames) shop.settle(name)
    await after(shop, minute - 1)
    expect(shop.types(reservation)).to.deep.equal([])
    await after(shop, 15_000)
    expect(shop.types(reservation).at(-1)).to.equal('InventoryReserved')
  })

  it('is driven on after one minute, five, thirty, and then every hour, for as long as nothing comes of it', async () => {
    const shop = await refusing()
    const times: number[] = []
    for (let waited = 1; waited <= 220; waited += 1) if ((await after(shop, minute)) > 0) times.push(waited)
    expect(times).to.deep.equal([1, 6, 36, 96, 156, 216])
    expect(new Set(shop.driven.map((driven) => JSON.stringify(driven)))).to.deep.equal(
      new Set([JSON.stringify({ ...nothing, refusals: ['OrderShipped by inventory: reservation_not_held'] })]),
    )
  })

  it('is driven on a second time after five minutes, however often it was only looked at before', async () => {
    const shop = await refusing()
    for (const name of serviceNames) shop.park(name)
    for (let waited = 1; waited <= 4; waited += 1) await after(shop, minute)
    for (const name of serviceNames) shop.settle(name)
    const times: number[] = []
    for (let waited = 5; waited <= 20; waited += 1) {
      const before = shop.driven.length
      await after(shop, minute)
      if (shop.driven.slice(before).some(({ kind }) => kind === 'driven')) times.push(waited)
    }
    expect(times).to.deep.equal([5, 10])
  })

  it('begins anew with the delays when it has moved', async () => {
    const shop = await lost()
    shop.park('order')
    await after(shop, minute)
    await after(shop, 5 * minute)
    shop.settle('order')
    await shop.run('inventory')
    await after(shop, minute)
    expect(shop.types(payment)).to.include('PaymentRequested')
  })

  it('is left alone while it moves under the eyes of who reads it: what is being done just now is not lost', async () => {
    const shop = await placed()
    shop.advance(minute)
    const standing = await standsStill(shop)
    const { store } = shop
    const read = store.readStream.bind(store)
    store.readStream = async function* (...options) {
      if (options[0] === reservation) {
        store.readStream = read
        await shop.run()
      }
      yield* read(...options)
    }
    await shop.progress(standing)
    expect(shop.driven).to.deep.equal([{ kind: 'behind' }])
  })

  it('writes nothing where all has been done meanwhile, and that is no loss', async () => {
    const shop = await placed()
    shop.advance(minute)
    const standing = await standsStill(shop)
    await shop.run()
    const before = contentOf(shop)
    await shop.progress(standing)
    expect(contentOf(shop)).to.deep.equal(before)
    expect(shop.driven).to.deep.equal([nothing])
  })

  const standsStill = async (shop: Shop) => {
    const [standing] = await shop.followUps.standing({ now: shop.now(), firstDelayMs: minute, limit: 1 })
    if (standing === undefined) throw new Error('no order stands still')
    return standing
  }

  it('is left to the next process by one that drains', async () => {
    const shop = await lost()
    shop.advance(minute)
    const standing = await standsStill(shop)
    shop.drain()
    await shop.progress(standing)
    expect({ types: shop.types(reservation), driven: shop.driven }).to.deep.equal({ types: [], driven: [] })
  })

  it('is driven on by one at a time', async () => {
    const shop = await lost()
    shop.advance(minute)
    const standing = await standsStill(shop)
    await shop.leases.claim(
      { kind: 'progress', key: orderId, since: standing.movedAt, eventId: standing.eventId },
      { onlyDue: false },
    )
    await shop.progress(standing)
    expect(shop.types(reservation)).to.deep.equal([])
    await after(shop, minute)
    expect(shop.types(reservation).at(-1)).to.equal('InventoryReserved')
  })

  it('comes to the same end wherever its being driven on is cut off', async () => {
    const due = async () => {
      const shop = await lost()
      shop.advance(minute)
      return shop
    }
    for (const shop of await stoppedEverywhere(due, (one) => one.driveOn())) {
      await after(shop, 2 * minute)
      await shop.run()
      expect(shop.types(order)).to.deep.equal(['OrderPlaced', 'OrderConfirmed'])
      expect(shop.failures).to.deep.equal([])
    }
  })
})
