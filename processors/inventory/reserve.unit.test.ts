import { expect } from 'chai'
import { reservationDecider } from '../../domain/inventory/reservation.ts'
import { streams } from '../../domain/shared/streams.ts'
import { contentOf, createShop, orderId, stoppedEverywhere } from '../../test/processors/shop.ts'

const reservation = streams.reservation(orderId)
const placed = async (stock: Record<string, number>, wanted: Record<string, number>) => {
  const shop = createShop()
  for (const [sku, quantity] of Object.entries(stock)) await shop.stock(sku, quantity)
  await shop.place(wanted)
  return { shop, event: shop.last('OrderPlaced') }
}

describe('reserving', () => {
  it('holds every line, in the order of the SKUs, and says so last', async () => {
    const { shop, event } = await placed({ B: 3, A: 3 }, { B: 1, A: 2 })
    expect(await shop.deliver('inventory', event)).to.equal('done')
    expect(shop.store.log.slice(3).map(({ stream, type }) => [stream, type])).to.deep.equal([
      [reservation, 'ReservationStarted'],
      ['stock-A', 'StockReserved'],
      ['stock-B', 'StockReserved'],
      [reservation, 'InventoryReserved'],
    ])
  })

  it('is already so the second time', async () => {
    const { shop, event } = await placed({ A: 3 }, { A: 2 })
    await shop.deliver('inventory', event)
    const before = shop.store.log.length
    expect(await shop.deliver('inventory', event)).to.equal('done')
    expect(shop.store.log.length).to.equal(before)
  })

  it('names every shortage, says so before it gives anything back, and releases ahead what it never held', async () => {
    const { shop, event } = await placed({ A: 3, B: 1, D: 1 }, { A: 1, B: 2, C: 1, D: 1 })
    await shop.deliver('inventory', event)
    const written = shop.store.log.slice(4).map(({ stream, type }) => [stream, type])
    expect(written.slice(0, 3)).to.deep.equal([
      [reservation, 'ReservationStarted'],
      ['stock-A', 'StockReserved'],
      [reservation, 'InventoryReservationFailed'],
    ])
    // Given back side by side: in any order.
    expect(written.slice(3).sort()).to.deep.equal(['A', 'B', 'C', 'D'].map((sku) => [`stock-${sku}`, 'StockReleased']))
    expect(shop.ofStream(reservation)[1]).to.deep.equal({
      type: 'InventoryReservationFailed',
      orderId,
      shortages: [
        { sku: 'B', wanted: 2, available: 1 },
        { sku: 'C', wanted: 1, available: 0 },
      ],
    })
    expect(shop.ofStream('stock-B').at(-1)).to.deep.equal({ type: 'StockReleased', sku: 'B', orderId, quantity: 0 })
  })

  it('comes to the same end wherever it is cut off', async () => {
    for (const wanted of [
      { A: 2, B: 2 },
      { A: 2, B: 9 },
    ]) {
      const shops = await stoppedEverywhere(
        async () => (await placed({ A: 3, B: 3 }, wanted)).shop,
        (shop) => shop.deliver('inventory', shop.last('OrderPlaced')),
      )
      expect(shops.length).to.be.greaterThan(8)
      const [straight, ...stopped] = shops.toReversed().map(contentOf)
      for (const content of stopped) expect(content).to.deep.equal(straight)
    }
  })

  it('holds nothing for an order that was closed before: released ahead', async () => {
    const { shop, event } = await placed({ A: 3 }, { A: 2 })
    await shop.command({ type: 'CancelOrder', orderId, reason: 'customer' })
    await shop.deliver('inventory', shop.last('OrderCancelled'))
    expect(await shop.deliver('inventory', event)).to.equal('done')
    expect(shop.types(reservation)).to.deep.equal(['InventoryReleased'])
    expect(shop.types('stock-A')).to.deep.equal(['StockReceived'])
  })

  it('gives back what a slow first run holds, and is stopped by a release ahead of it', async () => {
    const { shop, event } = await placed({ A: 3, B: 3 }, { A: 2, B: 2 })
    const start = {
      type: 'StartReservation',
      orderId,
      lines: [
        { sku: 'A', quantity: 2 },
        { sku: 'B', quantity: 2 },
      ],
    } as const
    await shop.commands.handle(reservationDecider, reservation, start, shop.context())
    await shop.command({ type: 'CancelOrder', orderId, reason: 'customer' })
    // The release comes first and releases A and B ahead, but its first word is lost on the slow one, which has read "started".
    const slow = shop.deliver('inventory', event)
    await shop.deliver('inventory', shop.last('OrderCancelled'))
    expect(await slow).to.equal('done')
    expect(shop.types(reservation)).to.deep.equal(['ReservationStarted', 'InventoryReleased'])
    const held = ['A', 'B'].map((sku) =>
      shop
        .ofStream(`stock-${sku}`)
        .map((stock) =>
          stock.type === 'StockReserved' ? stock.quantity : stock.type === 'StockReleased' ? -stock.quantity : 0,
        )
        .reduce((a, b) => a + b, 0),
    )
    expect(held).to.deep.equal([0, 0])
  })
})

describe('committing', () => {
  it('takes shipped lines out of the stock, once', async () => {
    const { shop, event } = await placed({ A: 3 }, { A: 2 })
    await shop.deliver('inventory', event)
    await shop.command({ type: 'ConfirmOrder', orderId, paymentId: orderId })
    await shop.command({ type: 'ShipOrder', orderId, carrier: 'Post', trackingNumber: 'T1' })
    await shop.deliver('inventory', shop.last('OrderShipped'))
    await shop.deliver('inventory', shop.last('OrderShipped'))
    expect(shop.types('stock-A')).to.deep.equal(['StockReceived', 'StockReserved', 'StockCommitted'])
    expect(shop.types(reservation).at(-1)).to.equal('InventoryCommitted')
  })

  it('parks a shipment of what is not reserved', async () => {
    const { shop } = await placed({ A: 3 }, { A: 2 })
    await shop.command({ type: 'ConfirmOrder', orderId, paymentId: orderId })
    await shop.command({ type: 'ShipOrder', orderId, carrier: 'Post', trackingNumber: 'T1' })
    expect(await shop.deliver('inventory', shop.last('OrderShipped'))).to.deep.equal({
      park: { code: 'reservation_not_held', message: 'the reservation is none' },
    })
  })
})
