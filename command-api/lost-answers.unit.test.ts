import { expect } from 'chai'
import {
  anOrder,
  commandApiUnderTest,
  withCatalogue,
  type CommandApiUnderTest,
} from '../test/specifications/command-api.ts'
import { confirmed } from '../test/specifications/order-events.ts'

const parcel = { carrier: 'Post', trackingNumber: 'T-1' }
const seen = (revision: number) => ({ 'If-Match': `"${revision}"` })

/** Whoever has lost the answer asks again, by the revision that they had seen before they asked at all. */
describe('the same request with the same If-Match, once it is done', () => {
  let shop: CommandApiUnderTest
  let orderId: string
  beforeEach(async () => {
    shop = await withCatalogue(commandApiUnderTest())
    const { body } = await shop.alice.post('/v1/orders', anOrder, { 'Idempotency-Key': 'k' }).answers(201)
    orderId = (body as { orderId: string }).orderId
    await shop.happened(`order-${orderId}`, { ...confirmed(), orderId })
  })
  const to = (what: string) => `/v1/orders/${orderId}/${what}`

  it('is answered as it was: cancel', async () => {
    for (const caller of [shop.operator, shop.alice]) {
      const { body } = await caller.post(to('cancel'), {}, seen(1)).answers(200)
      await caller.post(to('cancel'), {}, seen(1)).answers(200, body)
    }
  })

  it('is answered as it was: ship and deliver', async () => {
    const shipped = await shop.operator.post(to('ship'), parcel, seen(1)).answers(200)
    await shop.operator.post(to('ship'), parcel, seen(1)).answers(200, shipped.body)
    const delivered = await shop.operator.post(to('deliver'), {}, seen(2)).answers(200)
    await shop.operator.post(to('deliver'), {}, seen(2)).answers(200, delivered.body)
    // And so is what was done before the last that was done.
    await shop.operator.post(to('ship'), parcel, seen(1)).answers(200, delivered.body)
  })

  it('is answered as it was: price', async () => {
    const [sku, price] = ['MUG', { price: { amount: 850, currency: 'EUR' } }]
    const { headers } = await shop.admin.put(`/v1/products/${sku}/price`, price, { 'If-Match': '*' }).answers(200)
    const tag = String(headers['etag'])
    const lower = { price: { amount: 800, currency: 'EUR' } }
    const changed = await shop.admin.put(`/v1/products/${sku}/price`, lower, { 'If-Match': tag }).answers(200)
    await shop.admin.put(`/v1/products/${sku}/price`, lower, { 'If-Match': tag }).answers(200, changed.body)
  })

  it('is another request when it asks for something else, and is told what is the case', async () => {
    await shop.operator.post(to('ship'), parcel, seen(1)).answers(200)
    await shop.operator
      .post(to('ship'), { ...parcel, trackingNumber: 'T-2' }, seen(1))
      .isRefused(409, 'already_shipped')
  })

  it('is taken with the tag as a compressing proxy has made it weak', async () => {
    await shop.operator.post(to('ship'), parcel, { 'If-Match': 'W/"1"' }).answers(200)
    expect(shop.stored().at(-1)).to.equal('OrderShipped')
    await shop.operator.post(to('deliver'), {}, { 'If-Match': 'W/"1"' }).isRefused(412, 'precondition_failed')
  })
})
