import { expect } from 'chai'
import { onOwnEventStore } from '../support/own-event-store-only.ts'
import { shopStartLimitMs, startRunningShop, type RunningShop } from './running-shop.ts'

const methods = ['card-ok', 'card-ok', 'card-declined', 'card-slow', 'card-unknown']

describe('killed in the middle', () => {
  let running: RunningShop
  before(async function () {
    this.timeout(shopStartLimitMs)
    running = await startRunningShop()
  })
  after(async () => {
    await running?.stop()
  })

  const fiftyOrders = (round: string) =>
    Promise.all(
      Array.from({ length: 50 }, async (_, index) => ({
        method: methods[index % methods.length] ?? '',
        orderId: await running.client.place(
          `${round}-${index}`,
          round,
          [
            { sku: running.sku('TEA-BLACK-100'), quantity: 1 },
            { sku: running.sku('FILTER-PAPER-100'), quantity: 2 },
          ],
          methods[index % methods.length],
        ),
      })),
    )

  const killAndExpect = async (victim: 'processors' | 'event-store'): Promise<void> => {
    const { client } = running
    const before = await client.stock(running.sku('TEA-BLACK-100'))
    const orders = await fiftyOrders(victim)
    // Under way: some have been asked to be paid, some have not.
    await client.orderThat(orders[0]?.orderId ?? '', 'under way', ({ fulfilment }) => fulfilment !== 'none')
    await running.kill(victim)
    let confirmed = 0
    for (const { orderId, method } of orders) {
      const shouldPay = method !== 'card-declined'
      const wanted = shouldPay ? 'confirmed' : 'rejected'
      const order = await client.orderThat(
        orderId,
        wanted,
        ({ status, fulfilment }) => status === wanted && fulfilment === (shouldPay ? 'reserved' : 'released'),
        60_000,
      )
      expect({ orderId, charges: await client.charges(orderId) }).to.deep.equal({ orderId, charges: shouldPay ? 1 : 0 })
      if (order.status === 'confirmed') confirmed += 1
      const types = await client.timeline(orderId)
      for (const type of ['OrderPlaced', 'InventoryReserved', 'PaymentRequested']) {
        expect({ orderId, type, times: types.filter((one) => one === type).length }).to.deep.equal({
          orderId,
          type,
          times: 1,
        })
      }
    }
    expect(confirmed).to.equal(40)
    const after = await client.stock(running.sku('TEA-BLACK-100'))
    expect(after).to.deep.equal({
      onHand: before.onHand,
      reserved: before.reserved + 40,
      available: before.available - 40,
    })
  }

  it('fifty orders under way come to rest when the processors are killed, each reserved and charged once', () =>
    killAndExpect('processors'))
  onOwnEventStore(
    'fifty orders under way come to rest when the event store is killed, each reserved and charged once',
    () => killAndExpect('event-store'),
  )
})
