import { expect } from 'chai'
import { runDemo } from '../../embedded/demo/run.ts'
import { shopClient } from '../../embedded/demo/shop-client.ts'
import { processNames } from '../monitoring/registries.ts'
import { scrape, urlsByProcess } from '../monitoring/scraped.ts'
import { until } from '../support/until.ts'
import { shopStartLimitMs, startRunningShop, type RunningShop } from './running-shop.ts'

describe('each kind of order, over HTTP with all processes', () => {
  let running: RunningShop
  before(async function () {
    this.timeout(shopStartLimitMs)
    running = await startRunningShop({
      ORDER_DEADLINE_SECONDS: '20',
      ORDER_DEADLINE_LIMIT_SECONDS: '25',
      PAYMENT_LATE_MS: '30000',
    })
  })
  after(async () => {
    await running?.stop()
  })

  it('comes to rest: paid, declined, short, cancelled, slow, unanswered, confirmed by the customer, and paid too late', async () => {
    const shop = shopClient(running.shop.urls, {
      customer: running.token(running.sku('demo'), 'customer'),
      operator: running.token('olga', 'operator'),
    })
    const all = await runDemo(shop, 'demo', { limitMs: 60_000, skuOf: running.sku })
    const seen = all.map(({ scenario, seen: state, ended }) => ({
      title: scenario.title,
      ended,
      ...(ended ? {} : { state }),
    }))
    expect(seen).to.deep.equal(all.map(({ scenario }) => ({ title: scenario.title, ended: true })))
    for (const {
      orderId,
      seen: { status },
    } of all) {
      const kept = await running.client.moneyKept(orderId)
      expect({ orderId, kept: kept > 0 }).to.deep.equal({
        orderId,
        kept: ['confirmed', 'shipped', 'delivered'].includes(status),
      })
    }
  })

  it('is counted, in each process by the metrics that their page says', async () => {
    const urls = urlsByProcess(running.shop.urls)
    for (const name of processNames) {
      const { undescribed, missing } = await scrape(name, urls[name])
      expect({ name, undescribed, missing }).to.deep.equal({ name, undescribed: [], missing: [] })
    }
  })

  it('rejects an order of three SKUs of which one is short, and holds nothing of the other two', async () => {
    const before = await Promise.all(
      ['POT-GLASS-1L', 'KETTLE-STEEL'].map((name) => running.client.stock(running.sku(name))),
    )
    const orderId = await running.client.place('sam', 'three', [
      { sku: running.sku('KETTLE-STEEL'), quantity: 1 },
      { sku: running.sku('POT-GLASS-1L'), quantity: 1 },
      { sku: running.sku('SAMOVAR-1890'), quantity: 2 },
    ])
    const order = await running.client.orderThat(
      orderId,
      'rejected',
      ({ status, payment }) => status === 'rejected' && payment.status === 'voided',
    )
    expect(order.reason).to.equal('out_of_stock')
    expect(order.shortages).to.deep.equal([{ sku: running.sku('SAMOVAR-1890'), wanted: 2, available: 1 }])
    expect(
      await Promise.all(['POT-GLASS-1L', 'KETTLE-STEEL'].map((name) => running.client.stock(running.sku(name)))),
    ).to.deep.equal(before)
  })

  it('answers twenty placings under one key, sent at once, with one order', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        running.client.placeRaw('kim', 'one-key', [{ sku: running.sku('TEA-MINT-050'), quantity: 1 }]),
      ),
    )
    expect(answers.map(({ status }) => status)).to.deep.equal(Array(20).fill(201))
    expect(new Set(answers.map(({ body }) => body['orderId'])).size).to.equal(1)
    expect(answers.filter(({ headers }) => headers.get('idempotency-replayed') === 'true')).to.have.length(19)
    const orderId = answers[0]?.body['orderId'] as string
    await running.client.orderThat(orderId, 'confirmed', ({ status }) => status === 'confirmed')
    expect((await running.client.timeline(orderId)).filter((type) => type === 'OrderPlaced')).to.have.length(1)
    expect(await running.client.charges(orderId)).to.equal(1)
  })

  it('sells the last three units to three of twelve buyers', async () => {
    const { client } = running
    const sku = running.sku('LAST-THREE')
    expect(
      (
        await client.administer('/v1/products', {
          sku,
          name: 'The last three',
          price: { amount: 100, currency: 'EUR' },
        })
      ).status,
    ).to.equal(201)
    expect(
      (await client.operate(`/v1/inventory/${sku}/receipts`, { quantity: 3, document: 'delivery-1' })).status,
    ).to.equal(200)
    const orders = await Promise.all(
      Array.from({ length: 12 }, (_, buyer) => client.place(`buyer-${buyer}`, 'last', [{ sku, quantity: 1 }])),
    )
    const ended = await Promise.all(
      orders.map((orderId) => client.orderThat(orderId, 'decided', ({ status }) => status !== 'placed')),
    )
    expect(ended.filter(({ status }) => status === 'confirmed')).to.have.length(3)
    expect(ended.filter(({ status, reason }) => status === 'rejected' && reason === 'out_of_stock')).to.have.length(9)
    expect(await client.stock(sku)).to.deep.equal({ onHand: 3, reserved: 3, available: 0 })
  })

  describe('whose money moves in the dashboard of the provider', () => {
    const price = 1_190
    const paid = async (customer: string): Promise<{ orderId: string; providerPaymentId: string }> => {
      const { client } = running
      const sku = running.sku(`BOOK-${customer}`.toUpperCase())
      const product = { sku, name: 'A book', price: { amount: price, currency: 'EUR' } }
      expect((await client.administer('/v1/products', product)).status).to.equal(201)
      const receipt = { quantity: 1, document: 'delivery-1' }
      expect((await client.operate(`/v1/inventory/${sku}/receipts`, receipt)).status).to.equal(200)
      const orderId = await client.place(customer, 'book', [{ sku, quantity: 1 }])
      await client.orderThat(orderId, 'confirmed', ({ status }) => status === 'confirmed')
      const [charge] = await client.chargesMade(orderId)
      return { orderId, providerPaymentId: charge?.id ?? '' }
    }
    const operatorMails = async (orderId: string, subject: string): Promise<number> => {
      const number = (await running.client.order(orderId))?.number ?? ''
      return (await running.client.mails()).filter((mail) => mail.subject === `${subject}: order ${number}`).length
    }

    it('refunded there in part: what is left is refunded when it is cancelled, and not a cent more', async () => {
      const { client } = running
      const { orderId, providerPaymentId } = await paid('dora')
      await client.dashboard('/refunds', { providerPaymentId, amount: 500 })
      await client.orderThat(orderId, 'refunded in part', ({ payment }) => payment.refunded.amount === 500)

      const refundId = '7d0a2b54-0d0f-4b5c-9f2b-0f6f0a4f7f11'
      const tooMuch = { refundId, amount: { amount: 691, currency: 'EUR' }, reason: 'goodwill' }
      const refused = await client.operate(`/v1/orders/${orderId}/refunds`, tooMuch)
      expect([refused.status, refused.body['code']]).to.deep.equal([409, 'refund_exceeds_payment'])

      expect((await client.cancel('dora', orderId)).status).to.equal(200)
      await client.orderThat(orderId, 'refunded in full', ({ payment }) => payment.refunded.amount === price)
      expect((await client.chargesMade(orderId)).map(({ refunded }) => refunded)).to.deep.equal([price])
      expect(await client.timeline(orderId)).to.include.members(['ExternalRefundRecorded', 'RefundSucceeded'])
      expect(await client.deadLetters('payment', orderId)).to.deep.equal([])
      await until('the operators have been told', async () =>
        (await operatorMails(orderId, 'Refund made elsewhere')) === 1 ? true : undefined,
      )
    })

    it('disputed: it is not shipped until the dispute is won', async () => {
      const { client } = running
      const { orderId, providerPaymentId } = await paid('dirk')
      const dispute = await client.dashboard('/disputes', { providerPaymentId })
      await client.orderThat(orderId, 'disputed', ({ payment }) => payment.dispute === 'open')
      const ship = async () => {
        const revision = (await client.order(orderId))?.revision
        const parcel = { carrier: 'Post', trackingNumber: 'T-1' }
        return client.operate(`/v1/orders/${orderId}/ship`, parcel, { 'if-match': `"${revision}"` })
      }
      const shipping = (status: number, code?: string) =>
        until(`shipping is answered ${status}`, async () => {
          const answer = await ship()
          return answer.status === status && answer.body['code'] === code ? true : undefined
        })
      await client.orderThat(orderId, 'held', ({ revision }) => Number(revision) === 2)
      await shipping(409, 'payment_disputed')
      await client.dashboard(`/disputes/${dispute}/won`)
      await client.orderThat(orderId, 'released', ({ revision }) => Number(revision) === 3)
      await shipping(200)
    })
  })

  describe('cancelled', () => {
    const atRest = ({ status, fulfilment }: { status: string; fulfilment: string }) =>
      status === 'cancelled' && fulfilment === 'released'

    it('right after it was placed: nothing is held and nothing kept', async () => {
      const orderId = await running.client.place('carl', 'early', [{ sku: running.sku('MUG-WHITE'), quantity: 1 }])
      expect((await running.client.cancel('carl', orderId)).status).to.equal(200)
      await running.client.orderThat(
        orderId,
        'at rest',
        (order) => atRest(order) && order.payment.status !== 'requested',
      )
      expect(await running.client.moneyKept(orderId)).to.equal(0)
    })

    it('while the bank thinks: what it captures is given back', async () => {
      const orderId = await running.client.place(
        'carl',
        'middle',
        [{ sku: running.sku('MUG-WHITE'), quantity: 1 }],
        'card-slow',
      )
      await running.client.orderThat(orderId, 'asked to be paid', ({ payment }) => payment.status === 'requested')
      expect((await running.client.cancel('carl', orderId)).status).to.equal(200)
      await running.client.orderThat(
        orderId,
        'at rest',
        (order) => atRest(order) && (order.payment.status === 'failed' || order.payment.refunded.amount > 0),
      )
      expect(await running.client.moneyKept(orderId)).to.equal(0)
    })

    it('when it is confirmed: the whole payment is refunded', async () => {
      const orderId = await running.client.place('carl', 'late', [{ sku: running.sku('MUG-WHITE'), quantity: 2 }])
      await running.client.orderThat(orderId, 'confirmed', ({ status }) => status === 'confirmed')
      expect((await running.client.cancel('carl', orderId)).status).to.equal(200)
      const order = await running.client.orderThat(
        orderId,
        'refunded',
        (seen) => atRest(seen) && seen.payment.refunded.amount > 0,
      )
      expect(order.payment.refunded.amount).to.equal(3_300)
      expect(await running.client.moneyKept(orderId)).to.equal(0)
      expect((await running.client.stock(running.sku('MUG-WHITE'))).reserved).to.equal(0)
    })
  })
})
