import { expect } from 'chai'
import { anOrder, commandApiUnderTest, type CommandApiUnderTest } from '../../test/specifications/command-api.ts'

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

  it('takes a product back on sale, once, under another name and at another price', async () => {
    await shop.admin.post('/v1/products', mug).answers(201)
    await shop.admin.delete('/v1/products/MUG').answers(200)
    const again = { name: 'Large mug', price: { amount: 950, currency: 'EUR' } }
    const relist = (revision: number) =>
      shop.admin.put('/v1/products/MUG/listing', again, { 'If-Match': `"${revision}"` })
    await shop.admin.put('/v1/products/MUG/listing', again).isRefused(428, 'precondition_required')
    await relist(0).isRefused(412, 'precondition_failed')
    const { body } = await relist(1).answers(200)
    await relist(1).answers(200, body)
    expect(body).to.include({ sku: 'MUG', status: 'on_sale', revision: 2 })
    await shop.admin
      .put('/v1/products/MUG/listing', { ...again, name: 'Cup' }, { 'If-Match': '"2"' })
      .isRefused(409, 'product_exists')
    expect(shop.stored()).to.deep.equal(['ProductAdded', 'ProductDiscontinued', 'ProductRelisted'])
    // And can be ordered.
    const order = { ...anOrder, lines: [{ sku: 'MUG', quantity: 1 }], expectedTotal: again.price }
    await shop.alice.post('/v1/orders', order, { 'Idempotency-Key': 'back' }).answers(201)
    expect(shop.store.log.at(-1)?.data).to.deep.include({
      lines: [{ sku: 'MUG', name: 'Large mug', quantity: 1, unitPrice: 950 }],
    })
  })

  it('puts nothing back on sale that nobody asked for: a product that is added again, a listing that comes late', async () => {
    await shop.admin.post('/v1/products', mug).answers(201)
    await shop.admin.delete('/v1/products/MUG').answers(200)
    for (const product of [mug, { ...mug, name: 'Cup' }])
      await shop.admin.post('/v1/products', product).isRefused(409, 'product_discontinued')
    const relist = () =>
      shop.admin.put('/v1/products/MUG/listing', { name: mug.name, price: mug.price }, { 'If-Match': '"1"' })
    await relist().answers(200)
    await shop.admin.delete('/v1/products/MUG').answers(200)
    await relist().isRefused(412, 'precondition_failed')
    expect(shop.stored()).to.deep.equal([
      'ProductAdded',
      'ProductDiscontinued',
      'ProductRelisted',
      'ProductDiscontinued',
    ])
  })

  it('adds only what was never there, where that is asked for', async () => {
    const ifNew = { 'If-None-Match': '*' }
    await shop.admin.post('/v1/products', mug, ifNew).answers(201)
    await shop.admin.post('/v1/products', mug, ifNew).answers(201)
    await shop.admin.post('/v1/products', { ...mug, name: 'Cup' }, ifNew).isRefused(412, 'precondition_failed')
    await shop.admin.delete('/v1/products/MUG').answers(200)
    await shop.admin.post('/v1/products', mug, ifNew).isRefused(412, 'precondition_failed')
    await shop.admin
      .post('/v1/products', mug, { 'If-None-Match': '"0"' })
      .isRefused(400, 'invalid_request', ['If-None-Match'])
    expect(shop.stored()).to.deep.equal(['ProductAdded', 'ProductDiscontinued'])
  })

  it('corrects a name from the revision that was seen', async () => {
    await shop.admin.post('/v1/products', mug).answers(201)
    const rename = (name: string, headers = {}) => shop.admin.put('/v1/products/MUG/name', { name }, headers)
    await rename('Mug, blue').isRefused(428, 'precondition_required')
    await rename('Mug, blue', { 'If-Match': '"1"' }).isRefused(412, 'precondition_failed')
    await rename('\u200b', { 'If-Match': '"0"' }).isRefused(400, 'invalid_request', ['name'])
    const { body } = await rename('Mug, blue', { 'If-Match': '"0"' }).answers(200)
    expect(body).to.include({ sku: 'MUG', status: 'on_sale', revision: 1 })
    await rename('Mug, blue', { 'If-Match': '"0"' }).answers(200, body)
    await shop.admin.delete('/v1/products/MUG').answers(200)
    await rename('Mug', { 'If-Match': '*' }).isRefused(409, 'product_discontinued')
    expect(shop.stored()).to.deep.equal(['ProductAdded', 'ProductRenamed', 'ProductDiscontinued'])
  })

  it('does not know what it does not know', async () => {
    await shop.admin.put('/v1/products/NOPE/price', priceOf(1), { 'If-Match': '*' }).isRefused(404, 'unknown_sku')
    await shop.admin.put('/v1/products/NOPE/name', { name: 'x' }, { 'If-Match': '*' }).isRefused(404, 'unknown_sku')
    const { name, price } = mug
    await shop.admin
      .put('/v1/products/NOPE/listing', { name, price }, { 'If-Match': '*' })
      .isRefused(404, 'unknown_sku')
    await shop.admin.delete('/v1/products/NOPE').isRefused(404, 'unknown_sku')
  })

  it('is the business of admins', async () => {
    for (const caller of [shop.alice, shop.operator]) {
      await caller.post('/v1/products', mug).isRefused(403, 'forbidden')
      await caller.put('/v1/products/MUG/price', priceOf(1), { 'If-Match': '*' }).isRefused(403, 'forbidden')
      await caller.put('/v1/products/MUG/name', { name: 'x' }, { 'If-Match': '*' }).isRefused(403, 'forbidden')
      const { name, price } = mug
      await caller.put('/v1/products/MUG/listing', { name, price }, { 'If-Match': '*' }).isRefused(403, 'forbidden')
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
