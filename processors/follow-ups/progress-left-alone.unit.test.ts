import { expect } from 'chai'
import { streams } from '../../domain/shared/streams.ts'
import { orderId } from '../../test/processors/shop.ts'
import { driveOnAfter, placed, standsStill } from '../../test/processors/standing-orders.ts'
import { serviceNames } from '../services.ts'

const reservation = streams.reservation(orderId)
const minute = 60_000
const nothing = { kind: 'driven', written: [], refusals: [], wasBehind: false }

describe('an order that stands still, and is left alone', () => {
  it('is left alone while it waits for the provider: nothing of ours can have been lost', async () => {
    const shop = await placed()
    shop.provider.next('charge', { kind: 'pending' })
    await shop.run()
    expect(await driveOnAfter(shop, 10 * minute)).to.equal(0)
  })

  it('is left alone while a group has its event still before it, for an hour at most', async () => {
    const shop = await placed()
    shop.fallBehind(shop.last('OrderPlaced'))
    for (let waited = 1; waited < 60; waited += 1) await driveOnAfter(shop, minute)
    expect(shop.driven.every(({ kind }) => kind === 'behind')).to.equal(true)
    expect(shop.types(reservation)).to.deep.equal([])
    await driveOnAfter(shop, minute)
    expect(shop.types(reservation).at(-1)).to.equal('InventoryReserved')
    expect(shop.driven.at(-1)).to.have.property('wasBehind', true)
  })

  it('is left alone by a service in which an event of it stands in front of a person', async () => {
    const shop = await placed()
    shop.park('inventory')
    for (let waited = 1; waited <= 5; waited += 1) await driveOnAfter(shop, minute)
    // The others once, and then they have delays of their own.
    expect(shop.driven).to.deep.equal([nothing, ...Array.from({ length: 4 }, () => ({ kind: 'parked' }))])
    expect(shop.types(reservation)).to.deep.equal([])
    shop.settle('inventory')
    await driveOnAfter(shop, minute)
    expect(shop.types(reservation).at(-1)).to.equal('InventoryReserved')
  })

  it('is driven on in the others: a mail that could not be sent holds up no stock', async () => {
    const shop = await placed()
    shop.park('notification')
    await driveOnAfter(shop, minute)
    expect(shop.types(reservation).at(-1)).to.equal('InventoryReserved')
  })

  it('is left alone where it stands in front of a person in each service', async () => {
    const shop = await placed()
    for (const name of serviceNames) shop.park(name)
    await driveOnAfter(shop, minute)
    expect(shop.driven).to.deep.equal([{ kind: 'parked' }])
    for (const name of serviceNames) shop.settle(name)
    await driveOnAfter(shop, minute - 1)
    expect(shop.types(reservation)).to.deep.equal([])
    await driveOnAfter(shop, 15_000)
    expect(shop.types(reservation).at(-1)).to.equal('InventoryReserved')
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

  it('is left to the next process by one that drains', async () => {
    const shop = await placed()
    shop.advance(minute)
    const standing = await standsStill(shop)
    shop.drain()
    await shop.progress(standing)
    expect({ types: shop.types(reservation), driven: shop.driven }).to.deep.equal({ types: [], driven: [] })
  })
})
