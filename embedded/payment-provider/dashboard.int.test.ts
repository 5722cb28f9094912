import { expect } from 'chai'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import { untilTrue } from '../../test/support/until.ts'
import type { WebhookEvent } from './records.ts'
import { startPaymentProvider } from './server.ts'
import type { RunningPaymentProvider } from './server.ts'

describe("the mock payment provider's dashboard", () => {
  let folder: string
  let shop: Server
  let told: WebhookEvent[]
  let provider: RunningPaymentProvider
  let providerPaymentId: string

  const start = async () =>
    startPaymentProvider({
      port: 0,
      webhookUrl: `http://127.0.0.1:${(shop.address() as AddressInfo).port}/hook`,
      webhookSecret: 'secret',
      data: join(folder, 'journal'),
    })
  const post = async (path: string, body: unknown = {}, key?: string) => {
    const response = await fetch(`${provider.url}${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...(key === undefined ? {} : { 'Idempotency-Key': key }) },
      body: JSON.stringify(body),
    })
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }
  }
  const charge = async () => {
    const answer = await fetch(`${provider.url}/v1/charges/${providerPaymentId}`)
    return (await answer.json()) as { refunded: number; disputed: number; orderId: string }
  }
  const hears = async (count: number) => {
    await untilTrue(`${count} webhooks have come`, () => told.length === count)
    return told.at(-1)
  }

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'payment-provider-'))
    told = []
    shop = createServer((request, response) => {
      void json(request).then((event) => {
        told.push(event as WebhookEvent)
        response.writeHead(200).end()
      })
    })
    await new Promise<void>((resolve) => {
      shop.listen(0, '127.0.0.1', resolve)
    })
    provider = await start()
    const body = { paymentId: 'payment-1', orderId: 'order-1', amount: 1190, currency: 'EUR', method: 'card-ok' }
    providerPaymentId = String((await post('/v1/charges', body, 'key')).body['id'])
  })
  afterEach(async () => {
    await provider.stop()
    shop.closeAllConnections()
    await new Promise((resolve) => shop.close(resolve))
    await rm(folder, { recursive: true, force: true })
  })

  it('refunds a part, tells of it without saying a refund of the shop, and never more than is left', async () => {
    const { status, body } = await post('/dashboard/refunds', { providerPaymentId, amount: 500 })
    expect(status).to.equal(200)
    const event = await hears(1)
    expect([event?.type, event?.data]).to.deep.equal([
      'refund.succeeded',
      {
        paymentId: 'payment-1',
        orderId: 'order-1',
        providerPaymentId,
        amount: 500,
        currency: 'EUR',
        providerRefundId: body['id'],
      },
    ])
    expect((await charge()).refunded).to.equal(500)
    expect((await post('/dashboard/refunds', { providerPaymentId, amount: 691 })).status).to.equal(422)
    expect((await post('/dashboard/refunds', { providerPaymentId })).body['amount']).to.equal(690)
    expect((await post('/dashboard/refunds', { providerPaymentId })).status).to.equal(422)
    expect((await post('/dashboard/refunds', { providerPaymentId: 'ch_other' })).status).to.equal(404)
  })

  it('takes a refund back, of whomever', async () => {
    const { body } = await post('/dashboard/refunds', { providerPaymentId, amount: 500 })
    expect((await post(`/dashboard/refunds/${String(body['id'])}/fail`)).status).to.equal(200)
    const event = await hears(2)
    expect([event?.type, event?.data.providerRefundId, event?.data.code]).to.deep.equal([
      'refund.failed',
      body['id'],
      'account_closed',
    ])
    expect((await charge()).refunded).to.equal(0)
    expect((await post(`/dashboard/refunds/${String(body['id'])}/fail`)).status).to.equal(409)

    const ours = { providerPaymentId, refundId: 'full', attempt: 1, amount: 1190, currency: 'EUR' }
    const made = await post('/v1/refunds', ours, 'refund')
    await post(`/dashboard/refunds/${String(made.body['id'])}/fail`)
    expect((await hears(3))?.data).to.include({ refundId: 'full', attempt: 1, providerRefundId: made.body['id'] })
  })

  it('has disputes, tells of them by the charge alone, and refunds nothing meanwhile', async () => {
    const { body } = await post('/dashboard/disputes', { providerPaymentId, amount: 1000 })
    const id = String(body['id'])
    const event = await hears(1)
    expect([event?.type, event?.data]).to.deep.equal([
      'dispute.opened',
      { providerPaymentId, amount: 1000, currency: 'EUR', providerDisputeId: id },
    ])
    const refund = { providerPaymentId, refundId: 'full', attempt: 1, amount: 1190, currency: 'EUR' }
    expect((await post('/v1/refunds', refund, 'r-1')).body['error']).to.equal('charge_disputed')
    await provider.stop()
    provider = await start()
    expect(await charge()).to.include({ disputed: 1000, orderId: 'order-1' })
    expect((await post(`/dashboard/disputes/${id}/lost`)).status).to.equal(200)
    expect((await post(`/dashboard/disputes/${id}/lost`)).status).to.equal(409)
    expect((await post('/v1/refunds', refund, 'r-2')).body['error']).to.equal('refund_exceeds_payment')
    expect((await post(`/dashboard/disputes/${id}/won`)).status).to.equal(200)
    expect((await post(`/dashboard/disputes/${id}/lost`)).status).to.equal(409)
    await hears(3)
    expect(new Set(told.map(({ type }) => type))).to.deep.equal(
      new Set(['dispute.opened', 'dispute.lost', 'dispute.won']),
    )
    expect((await charge()).disputed).to.equal(0)
    expect((await post('/v1/refunds', refund, 'r-3')).status).to.equal(200)
  })
})
