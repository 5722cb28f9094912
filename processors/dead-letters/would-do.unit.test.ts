import { expect } from 'chai'
import { shopEvents } from '../../domain/registry.ts'
import { streams } from '../../domain/shared/streams.ts'
import { createCodec } from '../../infrastructure/event-store/codec.ts'
import { StoreUnavailable, type StoredEvent } from '../../infrastructure/event-store/port.ts'
import { ProviderUnavailable } from '../../infrastructure/outside/errors.ts'
import { createShop, orderId, type Shop } from '../../test/processors/shop.ts'
import { told } from '../../test/processors/told-without-order.ts'
import { rejection } from '../../test/support/rejection.ts'
import { createWouldDo } from './would-do.ts'

const payment = streams.payment(orderId)

const wouldDo = (shop: Shop, store: Parameters<typeof createWouldDo>[0]['store'] = shop.store) =>
  createWouldDo({
    store,
    codec: createCodec(shopEvents),
    servicesOver: shop.processors.servicesOver,
    now: () => new Date('2026-01-05T10:00:00.000Z'),
  })

const placed = async (): Promise<Shop> => {
  const shop = createShop()
  await shop.stock('A', 5)
  await shop.place({ A: 2 })
  return shop
}

/** Looks, and sees that looking has changed nothing. */
const seen = async (shop: Shop, group: string, event: StoredEvent) => {
  const before = [shop.store.log.length, shop.provider.calls.length, shop.sent.length]
  const would = await wouldDo(shop)(group, event)
  expect([shop.store.log.length, shop.provider.calls.length, shop.sent.length]).to.deep.equal(before)
  return would
}

describe('what a retry of a dead letter would do', () => {
  it('is what the service would write, over several streams, each read as the one before has left it', async () => {
    const shop = await placed()
    expect(await seen(shop, 'inventory', shop.last('OrderPlaced'))).to.deep.equal({
      commands: ['ReserveInventory'],
      events: [
        { stream: streams.reservation(orderId), type: 'ReservationStarted' },
        { stream: streams.stock('A'), type: 'StockReserved' },
        { stream: streams.reservation(orderId), type: 'InventoryReserved' },
      ],
      intents: [],
      failure: null,
    })
    // And so it is done, then.
    await shop.deliver('inventory', shop.last('OrderPlaced'))
    expect(shop.types(streams.reservation(orderId))).to.deep.equal(['ReservationStarted', 'InventoryReserved'])
    expect((await seen(shop, 'inventory', shop.last('OrderPlaced'))).events).to.deep.equal([])
  })

  it('is the call to the outside that would be begun', async () => {
    const shop = await placed()
    await shop.deliver('inventory', shop.last('OrderPlaced'))
    const { events, intents, failure } = await seen(shop, 'payment', shop.last('InventoryReserved'))
    expect(events).to.deep.equal([{ stream: payment, type: 'PaymentRequested' }])
    expect(intents).to.have.length(1)
    expect(intents[0]).to.match(/^payment /)
    expect(failure).to.equal(null)
  })

  it('is nothing where all of it is so already', async () => {
    const shop = await placed()
    await shop.run()
    expect(await seen(shop, 'order', shop.last('PaymentSucceeded'))).to.deep.equal({
      commands: ['ConfirmOrder'],
      events: [],
      intents: [],
      failure: null,
    })
  })

  it('is to fail again, for the reason that it has now', async () => {
    const shop = await placed()
    await shop.run()
    const late = {
      ...shop.last('PaymentSucceeded'),
      data: { ...(shop.last('PaymentSucceeded').data as object), orderId: '99999999-9999-4999-8999-999999999999' },
    }
    const { events, failure } = await seen(shop, 'order', late)
    expect(events).to.deep.equal([])
    expect(failure).to.equal('order_not_found: there is no such order')
    const unreadable = { ...shop.last('PaymentSucceeded'), data: {} }
    expect((await seen(shop, 'order', unreadable)).failure).to.match(/^schema_mismatch: /)
  })

  it('is to fail again where nobody had foreseen why', async () => {
    const shop = await placed()
    const store = {
      ...shop.store,
      async *readStream(): AsyncGenerator<StoredEvent> {
        throw new TypeError('x is undefined')
      },
    }
    const { failure } = await wouldDo(shop, store)('inventory', shop.last('OrderPlaced'))
    expect(failure).to.equal('unexpected: x is undefined')
  })

  it('is not known while the store is away', async () => {
    const shop = await placed()
    const store = {
      ...shop.store,
      async *readStream(): AsyncGenerator<StoredEvent> {
        throw new StoreUnavailable('away')
      },
    }
    expect(await rejection(wouldDo(shop, store)('inventory', shop.last('OrderPlaced')))).to.be.instanceOf(
      StoreUnavailable,
    )
  })

  it('asks the provider whose a payment is, and not again with every look', async () => {
    const shop = await placed()
    await shop.run()
    const unnamed = told(shop)
    const asked = () => shop.provider.calls.filter((call) => call === 'orderOf').length
    shop.provider.next('orderOf', new ProviderUnavailable('away'))
    expect((await wouldDo(shop)('payment', unnamed)).failure).to.equal('not now: away')
    const disputed = [{ stream: payment, type: 'DisputeOpened' }]
    for (let looks = 0; looks < 3; looks += 1)
      expect((await wouldDo(shop)('payment', unnamed)).events).to.deep.equal(disputed)
    expect(asked()).to.equal(2)
    shop.advance(61_000)
    expect((await wouldDo(shop)('payment', unnamed)).events).to.deep.equal(disputed)
    // Whoever does it asks for itself.
    await shop.deliver('payment', unnamed)
    expect(asked()).to.equal(4)
  })

  it('is nothing for an event that the service does not look at, or a group that there is not', async () => {
    const shop = await placed()
    for (const group of ['order', 'nobody'])
      expect(await seen(shop, group, shop.last('OrderPlaced'))).to.deep.equal({
        commands: [],
        events: [],
        intents: [],
        failure: null,
      })
  })
})
