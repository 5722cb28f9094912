import { expect } from 'chai'
import { runDemo } from '../../embedded/demo/run.ts'
import { shopClient } from '../../embedded/demo/shop-client.ts'
import { catalogue, seedCatalogue } from '../../embedded/shop/seed.ts'
import { until } from '../support/until.ts'
import { eventStoreOfShop, ownEventStoreOfShop } from './event-store-of-shop.ts'
import { shopStartLimitMs, startRunningShop, type RunningShop } from './running-shop.ts'
import { useLog, type UsedLog } from './used-log.ts'

describe('a shop that is started on a log which others have written', () => {
  let running: RunningShop
  let log: UsedLog
  before(async function () {
    this.timeout(shopStartLimitMs)
    const eventStore = (await eventStoreOfShop()) ?? (await ownEventStoreOfShop())
    log = await useLog(eventStore.url)
    running = await startRunningShop(
      { ORDER_DEADLINE_SECONDS: '20', ORDER_DEADLINE_LIMIT_SECONDS: '25', PAYMENT_LATE_MS: '30000' },
      { eventStore },
    )
  })
  after(async () => {
    await running?.stop()
  })

  it('seeds its catalogue over what is there, and plays the demonstration with it', async () => {
    const { shop, token, client } = running
    const prices = () =>
      Promise.all(
        catalogue.map(
          async ({ sku }) =>
            (await client.call('GET', `${shop.urls.readApi}/v1/products/${sku}`, undefined)).body['price'],
        ),
      )
    const before = await prices()
    await seedCatalogue(shop.urls.commandApi, token('seed', 'admin'))
    const demoShop = shopClient(shop.urls, {
      customer: token(running.sku('demo'), 'customer'),
      operator: token('olga', 'operator'),
    })
    const all = await runDemo(demoShop, running.sku('demo'), { limitMs: 60_000 })
    const seen = all.map(({ scenario, seen: state, ended }) => ({
      title: scenario.title,
      ended,
      ...(ended ? {} : { state }),
    }))
    expect(seen).to.deep.equal(all.map(({ scenario }) => ({ title: scenario.title, ended: true })))
    expect(await prices()).to.deep.equal(before)
  })

  it('brings to an end what an earlier shop has left in progress, and keeps money for none but a confirmed order', async () => {
    const { client } = running
    for (const orderId of log.inProgress) {
      const order = await client.orderThat(orderId, 'ended', ({ status }) =>
        ['confirmed', 'rejected', 'cancelled'].includes(status),
      )
      await until(`the money of order ${orderId} fits its end`, async () =>
        (await client.moneyKept(orderId)) > 0 === (order.status === 'confirmed') ? true : undefined,
      )
    }
  })

  it('parks what looks like its own and is not, and leaves what others have parked', async () => {
    const { client } = running
    const deadLetter = await until(
      'it is parked',
      async () => (await client.deadLetters(log.poisoned.group, log.poisoned.orderId))[0],
    )
    expect(deadLetter).to.have.nested.property('reason.code', 'metadata_mismatch')
    if (log.parked === undefined) return
    const [other] = await client.deadLetters('notification', log.parked)
    expect(other).to.have.deep.property('reason', { code: 'parked_by_server', message: 'not for us' })
  })
})
