import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import { shopClient } from './shop-client.ts'

describe('the shop as the demonstration uses it', () => {
  /** Calls a shop that gives these answers in turn; what it was asked. */
  const withShop = async (
    answers: readonly { status: number; body: unknown }[],
    use: (shop: ReturnType<typeof shopClient>) => Promise<unknown>,
  ) => {
    const asked: string[] = []
    const server = createServer((request, response) => {
      const { status, body } = answers[asked.length] ?? { status: 500, body: 'no answer is left' }
      asked.push(`${request.method} ${request.url} ${String(request.headers['idempotency-key'] ?? '')}`.trim())
      request
        .resume()
        .on('end', () => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body)))
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    // It listens on a port.
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    try {
      return {
        result: await use(shopClient({ commandApi: url, readApi: url }, { customer: 'c', operator: 'o' })),
        asked,
      }
    } finally {
      server.close()
      server.closeAllConnections()
    }
  }

  it('is asked again under the same key while a store is away', async () => {
    const away = { status: 503, body: { code: 'store_unavailable' } }
    const { result, asked } = await withShop(
      [away, away, { status: 201, body: { orderId: 'an order', number: '1' } }],
      (shop) => shop.place('a key', { method: 'card-ok', lines: [{ sku: 'CUP', quantity: 1 }] }),
    )
    expect(result).to.deep.equal({ orderId: 'an order', number: '1' })
    expect(asked).to.deep.equal(Array(3).fill('POST /v1/orders a key'))
  })

  it('has none of what was never there, and says what else went wrong', async () => {
    expect((await withShop([{ status: 404, body: {} }], (shop) => shop.available('CUP'))).result).to.equal(undefined)
    expect(
      (await withShop([{ status: 200, body: { available: 3 } }], (shop) => shop.available('CUP'))).result,
    ).to.equal(3)
    const failure = withShop([{ status: 403, body: {} }], (shop) => shop.available('CUP'))
    expect(
      await failure.then(
        () => 'nothing',
        (error: unknown) => (error as Error).message,
      ),
    ).to.contain('answered 403')
  })
})
