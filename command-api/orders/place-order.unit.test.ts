import { expect } from 'chai'
import { createInMemoryStore } from '../../test/simulation/in-memory-store.ts'
import {
  anOrder,
  commandApiUnderTest,
  withCatalogue,
  type CommandApiUnderTest,
} from '../../test/specifications/command-api.ts'

type Placed = { orderId: string; position: string; revision: number }
const bodyOf = (response: { body: unknown }) => response.body as Placed

let shop: CommandApiUnderTest
let atFirst: readonly string[]
const openShop = async () => {
  shop = await withCatalogue(commandApiUnderTest())
  atFirst = shop.stored()
}
const key = (value = 'first') => ({ 'Idempotency-Key': value })
const written = () => shop.stored().slice(atFirst.length)

describe('placing an order', () => {
  beforeEach(openShop)

  it('writes one event, at the prices of the catalogue, lines of one SKU merged', async () => {
    const lines = [
      { sku: 'TEA', quantity: 1 },
      { sku: 'MUG', quantity: 1 },
      { sku: 'TEA', quantity: 2 },
    ]
    const answer = await shop.alice.post('/v1/orders', { ...anOrder, lines }, key()).answers(201)
    const { orderId, position, ...rest } = bodyOf(answer)
    expect(rest).to.deep.equal({
      number: (answer.body as { number: string }).number,
      status: 'placed',
      total: { amount: 2250, currency: 'EUR' },
      revision: 0,
    })
    expect((answer.body as { number: string }).number).to.match(/^[0-9A-HJKMNP-TV-Z]{10}$/)
    expect([
      answer.headers['etag'],
      answer.headers['event-position'],
      answer.headers['location'],
      answer.headers['idempotency-replayed'],
    ]).to.deep.equal(['"0"', position, `http://read.example/v1/orders/${orderId}?minPosition=${position}`, undefined])
    const stored = shop.store.log.at(-1)
    expect(written()).to.deep.equal(['OrderPlaced'])
    expect((stored?.data as { lines: unknown }).lines).to.deep.equal([
      { sku: 'MUG', name: 'The MUG', quantity: 1, unitPrice: 900 },
      { sku: 'TEA', name: 'The TEA', quantity: 3, unitPrice: 450 },
    ])
    const { $correlationId, actor } = stored?.metadata as { $correlationId: string; actor: unknown }
    expect({ $correlationId, actor }).to.deep.equal({
      $correlationId: orderId,
      actor: { type: 'customer', id: 'alice' },
    })
  })

  it('answers the same key and request as the first time, whatever has happened since', async () => {
    const first = bodyOf(await shop.alice.post('/v1/orders', anOrder, key()).answers(201))
    await shop.admin
      .put('/v1/products/MUG/price', { price: { amount: 1, currency: 'EUR' } }, { 'If-Match': '"0"' })
      .answers(200)
    await shop.admin.delete('/v1/products/TEA').answers(200)
    await shop.alice.post(`/v1/orders/${first.orderId}/cancel`, {}).answers(200)
    const again = await shop.alice
      .post('/v1/orders', { ...anOrder, lines: [...anOrder.lines].reverse() }, key())
      .answers(201, first)
    expect([again.headers['idempotency-replayed'], again.headers['etag']]).to.deep.equal(['true', '"0"'])
    expect(written().filter((type) => type === 'OrderPlaced')).to.have.length(1)
  })

  it('makes one order of twenty requests at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => shop.alice.post('/v1/orders', anOrder, key()).answers(201)),
    )
    expect(new Set(answers.map((answer) => JSON.stringify(answer.body))).size).to.equal(1)
    expect(answers.filter((answer) => answer.headers['idempotency-replayed'] === undefined)).to.have.length(1)
    expect(written()).to.deep.equal(['OrderPlaced'])
  })

  it('makes one order of twenty requests at once to two processes', async () => {
    // The other process shares nothing with the first but the store, which lets everybody read before anybody has written.
    const store = createInMemoryStore({
      yield: () =>
        new Promise((resolve) => {
          setImmediate(resolve)
        }),
    })
    const here = await withCatalogue(commandApiUnderTest({}, store))
    const there = commandApiUnderTest({}, store)
    const requests = Array.from({ length: 20 }, (_, index) =>
      (index % 2 === 0 ? here : there).alice.post('/v1/orders', anOrder, key()).answers(201),
    )
    const answers = await Promise.all(requests)
    expect(new Set(answers.map((answer) => JSON.stringify(answer.body))).size).to.equal(1)
    expect(store.log.filter(({ type }) => type === 'OrderPlaced')).to.have.length(1)
  })

  it('refuses the same key for something else, and says nothing of the first', async () => {
    await shop.alice.post('/v1/orders', anOrder, key()).answers(201)
    await shop.alice
      .post('/v1/orders', { ...anOrder, payment: { method: 'card-late' } }, key())
      .isRefused(422, 'key_reused')
    await shop.alice
      .post('/v1/orders', { ...anOrder, lines: [{ sku: 'NOPE', quantity: 1 }] }, key())
      .isRefused(422, 'key_reused')
    expect(written()).to.deep.equal(['OrderPlaced'])
  })

  it('keeps the keys of two customers apart', async () => {
    const [first, second] = [
      await shop.alice.post('/v1/orders', anOrder, key()).answers(201),
      await shop.bob.post('/v1/orders', anOrder, key()).answers(201),
    ]
    expect(bodyOf(first).orderId).not.to.equal(bodyOf(second).orderId)
  })

  it('keeps how the customer wants to be told, and takes another wish for another order', async () => {
    const contact = { ...anOrder.contact, phone: '+49 170 0000000', language: 'de', channels: ['email', 'sms'] }
    const otherWayRound = { ...contact, channels: ['sms', 'email'] }
    await shop.alice.post('/v1/orders', { ...anOrder, contact: otherWayRound }, key()).answers(201)
    const stored = shop.store.log.at(-1)?.data as { contact: unknown }
    expect(stored.contact).to.deep.equal(contact)
    await shop.alice.post('/v1/orders', { ...anOrder, contact }, key()).answers(201)
    await shop.alice.post('/v1/orders', anOrder, key()).isRefused(422, 'key_reused')
  })

  it('tells the total there is, when another was expected', async () => {
    const { text } = await shop.alice
      .post('/v1/orders', { ...anOrder, expectedTotal: { amount: 2000, currency: 'EUR' } }, key())
      .isRefused(409, 'price_changed')
    expect((JSON.parse(text) as { facts: unknown }).facts).to.deep.equal({
      expected: { amount: 2000, currency: 'EUR' },
      total: { amount: 2250, currency: 'EUR' },
    })
    await shop.alice
      .post('/v1/orders', { ...anOrder, expectedTotal: { amount: 2250, currency: 'EUR' } }, key())
      .answers(201)
  })
})
