import { expect } from 'chai'
import { StoreUnavailable } from '../infrastructure/event-store/port.ts'
import { silentLogger, type Fields } from '../infrastructure/observability/logger.ts'
import { createInMemoryStore, type InMemoryStore } from '../test/simulation/in-memory-store.ts'
import { anOrder, commandApiUnderTest, withCatalogue } from '../test/specifications/command-api.ts'
import { commandApiConfig } from './config.ts'

const key = { 'Idempotency-Key': 'k' }

describe('command API', () => {
  it('answers 503 while the store is away, and goes on when it is back', async () => {
    let away = false
    const memory = createInMemoryStore({
      yield: async () => {
        if (away) throw new StoreUnavailable('connect ECONNREFUSED')
      },
    })
    const shop = await withCatalogue(commandApiUnderTest({}, memory))
    away = true
    const { headers, text } = await shop.alice.post('/v1/orders', anOrder, key).isRefused(503, 'store_unavailable')
    expect(headers['retry-after']).to.equal('1')
    expect(text).not.to.include('ECONNREFUSED')
    await shop.operator
      .post('/v1/inventory/MUG/receipts', { quantity: 1, document: 'd' })
      .isRefused(503, 'store_unavailable')
    away = false
    await shop.alice.post('/v1/orders', anOrder, key).answers(201)
  })

  it('does not wait for a store that never answers', async () => {
    const never: InMemoryStore = {
      ...createInMemoryStore(),
      // As the adapter does it: the caller's patience ends the call.
      append: (_stream, _events, _expected, { signal } = {}) =>
        new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => reject(new StoreUnavailable('no answer')))
        }),
    }
    const shop = commandApiUnderTest({ patienceMs: 50 }, never)
    const began = performance.now()
    await shop.operator
      .post('/v1/inventory/MUG/receipts', { quantity: 1, document: 'd' })
      .isRefused(503, 'store_unavailable')
    expect(performance.now() - began).to.be.lessThan(1_500)
  })

  it('logs which order a request was about', async () => {
    const lines: [string, Fields][] = []
    const logger = {
      ...silentLogger,
      isOn: () => true,
      info: (message: string, fields: Fields = {}) => {
        lines.push([message, fields])
      },
    }
    const shop = await withCatalogue(commandApiUnderTest({ logger }))
    const { body } = await shop.alice.post('/v1/orders', anOrder, key).answers(201)
    const [message, { correlationId, subject }] = lines.at(-1) ?? expect.fail('there is no line')
    expect([message, correlationId, subject]).to.deep.equal([
      'POST /v1/orders 201',
      (body as { orderId: string }).orderId,
      'alice',
    ])
  })

  it('counts commands and appends by outcome', async () => {
    const shop = await withCatalogue(commandApiUnderTest())
    await shop.alice.post('/v1/orders', anOrder, key).answers(201)
    await shop.alice.post('/v1/orders', anOrder, key).answers(201)
    await shop.alice
      .post('/v1/orders', { ...anOrder, payment: { method: 'card-late' } }, key)
      .isRefused(422, 'key_reused')
    const { text } = await shop.nobody.get('/metrics').answers(200)
    const lines = text
      .split('\n')
      .filter(
        (line) =>
          line.includes('command="PlaceOrder"') ||
          line.startsWith('orders_placed_') ||
          line.includes('_append_duration_seconds_count'),
      )
    expect(lines).to.have.members([
      'commands_total{command="PlaceOrder",outcome="done",service="test"} 1',
      'commands_total{command="PlaceOrder",outcome="already_so",service="test"} 1',
      'commands_total{command="PlaceOrder",outcome="key_reused",service="test"} 1',
      'orders_placed_total{currency="EUR",service="test"} 1',
      'orders_placed_amount_total{currency="EUR",service="test"} 22.5',
      'event_store_append_duration_seconds_count{service="test",category="product",outcome="appended"} 5',
      'event_store_append_duration_seconds_count{service="test",category="order",outcome="appended"} 1',
    ])
  })

  it('describes every route with what it may answer', async () => {
    const { text } = await commandApiUnderTest().nobody.get('/openapi.json').answers(200)
    const { paths } = JSON.parse(text) as {
      paths: Record<string, Record<string, { responses: Record<string, unknown> }>>
    }
    const routes = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(
        ([method, { responses }]) => `${method} ${path}: ${Object.keys(responses).join(' ')}`,
      ),
    )
    expect(routes).to.deep.equal([
      'post /v1/orders: 201 400 401 403 409 413 415 422 429 500 503',
      'post /v1/orders/{id}/cancel: 200 400 401 403 404 409 412 413 415 428 429 500 503',
      'post /v1/orders/{id}/ship: 200 400 401 403 404 409 412 413 415 428 429 500 503',
      'post /v1/orders/{id}/deliver: 200 400 401 403 404 409 412 413 415 428 429 500 503',
      'post /v1/orders/{id}/refunds: 202 400 401 403 404 409 413 415 429 500 503',
      'post /v1/orders/{id}/refunds/{refundId}/retry: 202 400 401 403 404 409 413 415 429 500 503',
      'post /v1/orders/{id}/refunds/{refundId}/settle: 202 400 401 403 404 409 413 415 429 500 503',
      'post /v1/orders/{id}/refunds/{refundId}/withdraw: 202 400 401 403 404 409 413 415 429 500 503',
      'post /v1/orders/{id}/notifications/{key}/resend: 202 400 401 403 404 413 415 429 500 503',
      'post /v1/orders/{id}/notifications/{key}/bounce: 200 400 401 403 404 413 415 429 500 503',
      'post /v1/products: 201 400 401 403 409 412 413 415 429 500 503',
      'put /v1/products/{sku}/listing: 200 400 401 403 404 409 412 413 415 428 429 500 503',
      'put /v1/products/{sku}/name: 200 400 401 403 404 409 412 413 415 428 429 500 503',
      'put /v1/products/{sku}/price: 200 400 401 403 404 409 412 413 415 428 429 500 503',
      'delete /v1/products/{sku}: 200 400 401 403 404 429 500 503',
      'post /v1/inventory/{sku}/receipts: 200 400 401 403 409 413 415 429 500 503',
      'post /v1/inventory/{sku}/adjustments: 200 400 401 403 409 413 415 429 500 503',
      'post /v1/webhooks/mock: 200 400 401 413 415 429 500 503',
    ])
  })

  it('tells which methods an address takes', async () => {
    const { nobody } = commandApiUnderTest()
    const { headers } = await nobody.get('/v1/orders').isRefused(405, 'method_not_allowed')
    expect(headers['allow']).to.equal('POST, OPTIONS')
    const price = await nobody.post('/v1/products/MUG/price', {}).isRefused(405, 'method_not_allowed')
    expect(price.headers['allow']).to.equal('PUT, OPTIONS')
  })

  it('wants one key for tokens, and not two', () => {
    const given = {
      JWT_ISSUER: 'i',
      JWT_AUDIENCE: 'a',
      EVENTSTORE_URL: 'esdb://x',
      READ_API_URL: 'http://localhost:3001',
      PAYMENT_WEBHOOK_SECRET: 'x'.repeat(16),
    }
    const secret = { JWT_SECRET: 'x'.repeat(32) }
    const keys = { JWT_JWKS_URL: 'https://issuer.example/keys' }
    const accepted = (more: object) => commandApiConfig.safeParse({ ...given, ...more }).success
    expect([accepted(secret), accepted(keys), accepted({}), accepted({ ...secret, ...keys })]).to.deep.equal([
      true,
      true,
      false,
      false,
    ])
  })
})
