import { expect } from 'chai'
import { commandApiUnderTest, type CommandApiUnderTest } from '../../test/specifications/command-api.ts'
import { orderId } from '../../test/specifications/order-events.ts'

const receipts = '/v1/inventory/MUG/receipts'
const adjustments = '/v1/inventory/MUG/adjustments'
const found = { adjustmentId: 'a1', delta: -2, reason: 'broken' }

describe('the warehouse', () => {
  let shop: CommandApiUnderTest
  beforeEach(() => {
    shop = commandApiUnderTest()
  })

  it('takes goods in once for each document', async () => {
    const { body, headers } = await shop.operator.post(receipts, { quantity: 5, document: 'd1' }).answers(200)
    const { position, ...rest } = body as { position: string }
    expect(rest).to.deep.equal({ sku: 'MUG', onHand: 5, reserved: 0, available: 5 })
    expect(headers['event-position']).to.equal(position)
    await shop.admin.post(receipts, { quantity: 5, document: 'd1' }).answers(200, body)
    await shop.operator.post(receipts, { quantity: 6, document: 'd1' }).isRefused(409, 'document_reused')
    expect(shop.stored()).to.deep.equal(['StockReceived'])
  })

  it('is put right by what is not reserved, naming the orders that have the rest', async () => {
    await shop.operator.post(receipts, { quantity: 5, document: 'd1' }).answers(200)
    await shop.happened('stock-MUG', { type: 'StockReserved', sku: 'MUG', orderId, quantity: 4 })
    const { text } = await shop.operator.post(adjustments, found).isRefused(409, 'stock_reserved')
    expect((JSON.parse(text) as { facts: unknown }).facts).to.deep.equal({
      sku: 'MUG',
      onHand: 5,
      reserved: 4,
      orders: [orderId],
    })
    const { body } = await shop.operator.post(adjustments, { ...found, delta: -1 }).answers(200)
    await shop.operator.post(adjustments, { ...found, delta: -1 }).answers(200, body)
    expect(shop.stored()).to.deep.equal(['StockReceived', 'StockReserved', 'StockAdjusted'])
  })

  it('refuses what is malformed, and whoever is no operator, and writes nothing', async () => {
    const refused = (path: string, body: unknown, ...paths: string[]) =>
      shop.operator.post(path, body).isRefused(400, 'invalid_request', paths)
    await refused(receipts, { quantity: 0, document: 'd1' }, 'quantity')
    await refused(receipts, { quantity: 1_000_001, document: 'd1' }, 'quantity')
    await refused(receipts, { quantity: 1, document: '' }, 'document')
    await refused(receipts, { quantity: 1, document: 'd1', from: 'x' }, 'from')
    await refused(adjustments, { ...found, delta: 0 }, 'delta')
    await refused(adjustments, { ...found, delta: 0.5 }, 'delta')
    await refused('/v1/inventory/mug/receipts', { quantity: 1, document: 'd1' }, 'sku')
    await shop.alice.post(receipts, { quantity: 1, document: 'd1' }).isRefused(403, 'forbidden')
    await shop.alice.post(adjustments, found).isRefused(403, 'forbidden')
    expect(shop.stored()).to.deep.equal([])
  })
})
