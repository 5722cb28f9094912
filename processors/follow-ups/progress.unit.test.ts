import { expect } from 'chai'
import { reservationDecider } from '../../domain/inventory/reservation.ts'
import { stockDecider } from '../../domain/inventory/stock.ts'
import { paymentDecider } from '../../domain/payments/payment.ts'
import { streams } from '../../domain/shared/streams.ts'
import { serviceNames } from '../services.ts'
import { contentOf, orderId, stoppedEverywhere, type Shop } from '../../test/processors/shop.ts'
import { driveOnAfter, placed, standsStill } from '../../test/processors/standing-orders.ts'

const order = streams.order(orderId)
const reservation = streams.reservation(orderId)
const payment = streams.payment(orderId)
const minute = 60_000
const nothing = { kind: 'driven', written: [], refusals: [], wasBehind: false }

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
    expect(await driveOnAfter(shop, minute - 1)).to.equal(0)
    expect(shop.types(reservation)).to.deep.equal([])
    expect(await driveOnAfter(shop, 15_000)).to.equal(1)
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
    expect(await driveOnAfter(shop, 60 * minute)).to.equal(0)
  })

  it('is driven on wherever on its way the message was lost', async () => {
    for (const type of ['OrderPlaced', 'InventoryReserved', 'PaymentSucceeded']) {
      const shop = await placed()
      shop.lose(type)
      await shop.run()
      expect(shop.types(order), type).to.deep.equal(['OrderPlaced'])
      expect(await driveOnAfter(shop, minute)).to.equal(1)
      expect(shop.driven.map((driven) => driven.kind === 'driven' && driven.written.length > 0)).to.deep.equal([true])
      await shop.run()
      expect(shop.types(order)).to.deep.equal(['OrderPlaced', 'OrderConfirmed'])
    }
  })

  it('gives back the stock and the money of an order whose cancellation was lost', async () => {
    const shop = await placed()
    await shop.run()
    await shop.command({ type: 'CancelOrder', orderId, reason: 'customer' })
    expect(await driveOnAfter(shop, minute)).to.equal(1)
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
    expect(await driveOnAfter(shop, minute)).to.equal(1)
    await shop.run()
    expect(shop.ofStream(payment).at(-1)).to.include({ type: 'RefundSucceeded', refundId: 'full', amount: 1000 })
  })

  it('is driven on after one minute, five, thirty, and then every hour, for as long as nothing comes of it', async () => {
    const shop = await refusing()
    const times: number[] = []
    for (let waited = 1; waited <= 220; waited += 1) if ((await driveOnAfter(shop, minute)) > 0) times.push(waited)
    expect(times).to.deep.equal([1, 6, 36, 96, 156, 216])
    expect(new Set(shop.driven.map((driven) => JSON.stringify(driven)))).to.deep.equal(
      new Set([JSON.stringify({ ...nothing, refusals: ['OrderShipped by inventory: reservation_not_held'] })]),
    )
  })

  it('is driven on a second time after five minutes, however often it was only looked at before', async () => {
    const shop = await refusing()
    for (const name of serviceNames) shop.park(name)
    for (let waited = 1; waited <= 4; waited += 1) await driveOnAfter(shop, minute)
    for (const name of serviceNames) shop.settle(name)
    const times: number[] = []
    for (let waited = 5; waited <= 20; waited += 1) {
      const before = shop.driven.length
      await driveOnAfter(shop, minute)
      if (shop.driven.slice(before).some(({ kind }) => kind === 'driven')) times.push(waited)
    }
    expect(times).to.deep.equal([5, 10])
  })

  it('begins anew with the delays when it has moved', async () => {
    const shop = await lost()
    shop.park('order')
    await driveOnAfter(shop, minute)
    await driveOnAfter(shop, 5 * minute)
    shop.settle('order')
    await shop.run('inventory')
    await driveOnAfter(shop, minute)
    expect(shop.types(payment)).to.include('PaymentRequested')
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
    await driveOnAfter(shop, minute)
    expect(shop.types(reservation).at(-1)).to.equal('InventoryReserved')
  })

  it('comes to the same end wherever its being driven on is cut off', async () => {
    const due = async () => {
      const shop = await lost()
      shop.advance(minute)
      return shop
    }
    for (const shop of await stoppedEverywhere(due, (one) => one.driveOn())) {
      await driveOnAfter(shop, 2 * minute)
      await shop.run()
      expect(shop.types(order)).to.deep.equal(['OrderPlaced', 'OrderConfirmed'])
      expect(shop.failures).to.deep.equal([])
    }
  })
})
