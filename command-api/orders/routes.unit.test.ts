import { expect } from 'chai'
import {
  anOrder,
  commandApiUnderTest,
  withCatalogue,
  type CommandApiUnderTest,
} from '../../test/specifications/command-api.ts'
import { confirmed } from '../../test/specifications/order-events.ts'

const parcel = { carrier: 'Post', trackingNumber: 'T-1' }
const unknownId = '0b5d2c7e-6a41-5c39-9b0f-3f1f6f1f0a01'
const seen = (revision: number) => ({ 'If-Match': `"${revision}"` })

describe('what is done to an order', () => {
  let shop: CommandApiUnderTest
  let orderId: string
  before(async () => {
    shop = await withCatalogue(commandApiUnderTest())
  })
  let key = 0
  beforeEach(async () => {
    key += 1
    const { body } = await shop.alice.post('/v1/orders', anOrder, { 'Idempotency-Key': `order-${key}` }).answers(201)
    orderId = (body as { orderId: string }).orderId
  })

  const isConfirmed = () => shop.happened(`order-${orderId}`, { ...confirmed(), orderId })
  const written = () => shop.store.log.filter(({ stream }) => stream === `order-${orderId}`).map(({ type }) => type)
  const to = (what: string) => `/v1/orders/${orderId}/${what}`
  const position = () => String(shop.store.log.at(-1)?.position.commit).padStart(19, '0')
  const after = (status: string, revision: number) => ({
    orderId,
    status,
    revision,
    position: `${position()}-${position()}`,
  })

  describe('cancel', () => {
    it('by its customer, with a reason; and once more', async () => {
      const { headers, body } = await shop.alice.post(to('cancel'), { reason: 'too late' }).answers(200)
      expect(body).to.deep.equal(after('cancelled', 1))
      expect([headers['etag'], headers['event-position']]).to.deep.equal([
        '"1"',
        (body as { position: string }).position,
      ])
      await shop.alice.post(to('cancel'), {}).answers(200, body)
      expect(shop.store.log.at(-1)?.data).to.deep.equal({ orderId, reason: 'customer', note: 'too late' })
      expect(written()).to.deep.equal(['OrderPlaced', 'OrderCancelled'])
    })
    it('by its customer without a body', () => shop.alice.post(to('cancel')).answers(200))
    it('by its customer, if it is still as it was seen', async () => {
      await isConfirmed()
      await shop.alice.post(to('cancel'), {}, seen(0)).isRefused(412, 'precondition_failed')
      expect(written()).to.deep.equal(['OrderPlaced', 'OrderConfirmed'])
      await shop.alice.post(to('cancel'), {}, seen(1)).answers(200)
    })
    it('by an operator, who must have seen it', async () => {
      await shop.operator.post(to('cancel'), {}).isRefused(428, 'precondition_required')
      await shop.operator.post(to('cancel'), {}, seen(3)).isRefused(412, 'precondition_failed')
      await shop.operator.post(to('cancel'), {}, { 'If-Match': '0' }).isRefused(400, 'invalid_request', ['If-Match'])
      expect(written()).to.deep.equal(['OrderPlaced'])
      await shop.operator.post(to('cancel'), {}, seen(0)).answers(200)
      expect(shop.store.log.at(-1)?.data).to.deep.equal({ orderId, reason: 'operator' })
    })
    it('not when it is on its way', async () => {
      await isConfirmed()
      await shop.operator.post(to('ship'), parcel, seen(1)).answers(200)
      await shop.alice.post(to('cancel'), {}).isRefused(409, 'already_shipped')
    })
    it('not when it was rejected', async () => {
      await shop.happened(`order-${orderId}`, { type: 'OrderRejected', orderId, reason: 'payment_failed' })
      await shop.alice.post(to('cancel'), {}).isRefused(409, 'order_closed')
    })
  })

  describe('ship and deliver', () => {
    it('a confirmed order, by an operator who has seen it', async () => {
      await isConfirmed()
      await shop.operator.post(to('ship'), parcel).isRefused(428, 'precondition_required')
      await shop.operator.post(to('ship'), parcel, seen(0)).isRefused(412, 'precondition_failed')
      const shipped = await shop.operator.post(to('ship'), parcel, seen(1)).answers(200)
      expect(shipped.body).to.deep.equal(after('shipped', 2))
      await shop.operator.post(to('ship'), parcel, { 'If-Match': '*' }).answers(200, shipped.body)
      await shop.operator
        .post(to('ship'), { ...parcel, trackingNumber: 'T-2' }, seen(2))
        .isRefused(409, 'already_shipped')
      await shop.operator.post(to('deliver'), {}).isRefused(428, 'precondition_required')
      await shop.admin.post(to('deliver'), {}, seen(2)).answers(200)
      expect(written()).to.deep.equal(['OrderPlaced', 'OrderConfirmed', 'OrderShipped', 'OrderDelivered'])
    })
    it('not an order that nobody has paid', async () => {
      await shop.operator.post(to('ship'), parcel, seen(0)).isRefused(409, 'not_confirmed')
      await shop.operator.post(to('deliver'), {}, seen(0)).isRefused(409, 'not_shipped')
    })
    it('not an order that is closed', async () => {
      await shop.alice.post(to('cancel'), {}).answers(200)
      await shop.operator.post(to('ship'), parcel, seen(1)).isRefused(409, 'order_closed')
    })
    it('with a carrier and a number, and nothing else', async () => {
      await shop.operator
        .post(to('ship'), { carrier: ' ', weight: 3 }, seen(0))
        .isRefused(400, 'invalid_request', ['carrier', 'trackingNumber', 'weight'])
      await shop.operator.post(to('deliver'), { at: 'noon' }, seen(0)).isRefused(400, 'invalid_request', ['at'])
    })
  })

  describe("somebody else's order, and one that is not there", () => {
    const refund = { refundId: unknownId, amount: { amount: 1, currency: 'EUR' }, reason: 'goodwill' }

    it('look the same to another customer', async () => {
      const theirs = await shop.bob.post(to('cancel'), {}).isRefused(404, 'order_not_found')
      const nobodys = await shop.bob.post(`/v1/orders/${unknownId}/cancel`, {}).isRefused(404, 'order_not_found')
      const known = ({ text }: { text: string }) => ({ ...(JSON.parse(text) as object), traceId: '' })
      expect(known(theirs)).to.deep.equal(known(nobodys))
      for (const ifMatch of ['"0"', '"7"', '*', 'no revision']) {
        await shop.bob.post(to('cancel'), {}, { 'If-Match': ifMatch }).isRefused(404, 'order_not_found')
      }
      expect(written()).to.deep.equal(['OrderPlaced'])
    })
    it('are no business of customers where only operators act', async () => {
      for (const [what, body] of [
        ['ship', parcel],
        ['deliver', {}],
        ['refunds', refund],
        ['refunds/full/retry', {}],
        ['refunds/full/settle', { note: 'x' }],
      ] as const) {
        await shop.bob.post(to(what), body, seen(0)).isRefused(403, 'forbidden')
      }
      expect(written()).to.deep.equal(['OrderPlaced'])
    })
    it('an order that is not there is not there for an operator either', async () => {
      for (const [what, body] of [
        ['cancel', {}],
        ['ship', parcel],
        ['deliver', {}],
        ['refunds', refund],
        ['refunds/full/retry', {}],
        ['refunds/full/settle', { note: 'x' }],
      ] as const) {
        await shop.operator.post(`/v1/orders/${unknownId}/${what}`, body, seen(0)).isRefused(404, 'order_not_found')
      }
      await shop.operator.post('/v1/orders/7/ship', parcel, seen(0)).isRefused(400, 'invalid_request', ['id'])
    })
  })
})
