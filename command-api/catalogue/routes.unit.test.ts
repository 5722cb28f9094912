import { expect } from 'chai'
import { commandApiUnderTest, type CommandApiUnderTest } from '../../test/specifications/command-api.ts'

const mug = { sku: 'MUG', name: 'Mug', price: { amount: 900, currency: 'EUR' } }
const priceOf = (amount: number) => ({ price: { amount, currency: 'EUR' } })

describe('the catalogue', () => {
  let shop: CommandApiUnderTest
  beforeEach(() => {
    shop = commandApiUnderTest()
  })

  it('takes a product once', async () => {
    const { body, headers } = await shop.admin.post('/v1/products', mug).answers(201)
    const { position, ...rest } = body as { position: string }
    expect(rest).to.deep.equal({ sku: 'MUG', status: 'on_sale', revision: 0 })
    expect([headers['etag'], headers['event-position']]).to.deep.equal(['"0"', position])
    await shop.admin.post('/v1/products', mug).answers(201, body)
    await shop.admin.post('/v1/products', { ...mug, name: 'Cup' }).isRefused(409, 'product_exists')
    expect(shop.stored()).to.deep.equal(['ProductAdded'])
  })

  it('is priced in what ISO 4217 books in', async () => {
    for (const currency of ['HUF', 'ISK', 'JPY', 'KWD', 'CLF', 'MGA']) {
      const price = { amount: 12_345, currency }
      await shop.admin.post('/v1/products', { ...mug, sku: `MUG-${currency}`, price }).answers(201)
    }
    expect(shop.store.log.map(({ data }) => (data as { currency: string }).currency)).to.deep.equal([
      'HUF',
      'ISK',
      'JPY',
      'KWD',
      'CLF',
      'MGA',
    ])
  })

  it('changes a price from the revision that was seen', async () => {
    await shop.admin.post('/v1/products', mug).answers(201)
    await shop.admin.put('/v1/products/MUG/price', priceOf(800)).isRefused(428, 'precondition_required')
    await shop.admin
      .put('/v1/products/MUG/price', priceOf(800), { 'If-Match': '"1"' })
      .isRefused(412, 'precondition_failed')
    const { headers } = await shop.admin.put('/v1/products/MUG/price', priceOf(800), { 'If-Match': '"0"' }).answers(200)
    expect(headers['etag']).to.equal('"1"')
    await shop.admin
      .put('/v1/products/MUG/price', priceOf(700), { 'If-Match': '"0"' })
      .isRefused(412, 'precondition_failed')
    expect(shop.stored()).to.deep.equal(['ProductAdded', 'ProductPriceChanged'])
  })

  it('takes a product off sale, once', async () => {
    await shop.admin.post('/v1/products', mug).answers(201)
    await shop.admin.delete('/v1/products/MUG').answers(200)
    await shop.admin.delete('/v1/products/MUG').answers(200)
    await shop.admin
      .put('/v1/products/MUG/price', priceOf(1), { 'If-Match': '*' })
      .isRefused(409, 'product_discontinued')
    expect(shop.stored()).to.deep.equal(['ProductAdded', 'ProductDiscontinued'])
  })

  it('does not know what it does not know', async () => {
    await shop.admin.put('/v1/products/NOPE/price', priceOf(1), { 'If-Match': '*' }).isRefused(404, 'unknown_sku')
    await shop.admin.delete('/v1/products/NOPE').isRefused(404, 'unknown_sku')
  })

  it('is the business of admins', async () => {
    for (const caller of [shop.alice, shop.operator]) {
      await caller.post('/v1/products', mug).isRefused(403, 'forbidden')
      await caller.put('/v1/products/MUG/price', priceOf(1), { 'If-Match': '*' }).isRefused(403, 'forbidden')
      await caller.delete('/v1/products/MUG').isRefused(403, 'forbidden')
    }
    await shop.nobody.post('/v1/products', mug).isRefused(401, 'unauthorized')
    expect(shop.stored()).to.deep.equal([])
  })

  it('refuses what is no product, and writes nothing', async () => {
    const refused = (body: unknown, ...paths: string[]) =>
      shop.admin.post('/v1/products', body).isRefused(400, 'invalid_request', paths)
    await refused({ ...mug, sku: '-MUG' }, 'sku')
    await refused({ ...mug, sku: 'M'.repeat(41) }, 'sku')
    await refused({ ...mug, name: 'x'.repeat(201) }, 'name')
    await refused({ ...mug, price: { amount: 0, currency: 'EUR' } }, 'price.amount')
    await refused({ ...mug, price: { amount: 1.5, currency: 'EUR' } }, 'price.amount')
    // Gold has no minor unit, the lev is no more.
    for (const currency of ['XYZ', 'eur', 'XAU', 'XXX', 'BGN'])
      await refused({ ...mug, price: { amount: 1, currency } }, 'price.currency')
    await refused({ ...mug, price: { amount: Number.MAX_SAFE_INTEGER + 1, currency: 'EUR' } }, 'price.amount')
    await refused({ ...mug, name: '\u200b' }, 'name')
    await refused({ ...mug, stock: 5 }, 'stock')
    await shop.admin.delete('/v1/products/mug').isRefused(400, 'invalid_request', ['sku'])
    expect(shop.stored()).to.deep.equal([])
  })
})
