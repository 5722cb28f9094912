import { expect } from 'chai'
import { appendFile, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { IncomingHttpHeaders, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { untilTrue } from '../../test/support/until.ts'
import { verifyWebhook } from '../../infrastructure/http/webhook-signature.ts'
import type { WebhookEvent } from './records.ts'
import { startPaymentProvider } from './server.ts'
import type { PaymentProviderOptions, RunningPaymentProvider } from './server.ts'

type Received = { headers: IncomingHttpHeaders; body: Buffer; event: WebhookEvent }

describe('the mock payment provider', () => {
  let folder: string
  let shop: Server
  let received: Received[]
  let answers: number[]
  let running: RunningPaymentProvider[]

  const start = async (options: Partial<PaymentProviderOptions> = {}) => {
    const webhookUrl = `http://127.0.0.1:${(shop.address() as AddressInfo).port}/hook`
    const provider = await startPaymentProvider({
      port: 0,
      webhookUrl,
      webhookSecret: 'secret',
      slowMs: 100,
      lateMs: 100,
      ...options,
    })
    running.push(provider)
    return provider
  }
  const post = async (url: string, body: unknown, key?: string) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...(key === undefined ? {} : { 'Idempotency-Key': key }) },
      body: JSON.stringify(body),
    })
    const text = await response.text()
    return {
      status: response.status,
      body: (text.startsWith('{') ? JSON.parse(text) : text) as Record<string, unknown>,
    }
  }
  const charge = { paymentId: 'payment-1', orderId: 'order-1', amount: 1999, currency: 'EUR' }
  const statuses = async ({ url }: RunningPaymentProvider) => {
    const { items } = (await (await fetch(`${url}/v1/charges?orderId=order-1`)).json()) as {
      items: { status: string }[]
    }
    return items.map(({ status }) => status)
  }

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'payment-provider-'))
    received = []
    answers = []
    running = []
    shop = createServer((request, response) => {
      void buffer(request).then((body) => {
        received.push({ headers: request.headers, body, event: JSON.parse(body.toString()) as WebhookEvent })
        response.writeHead(answers.shift() ?? 200).end()
      })
    })
    await new Promise<void>((resolve) => {
      shop.listen(0, '127.0.0.1', resolve)
    })
  })
  afterEach(async () => {
    for (const provider of running) await provider.stop()
    shop.closeAllConnections()
    await new Promise((resolve) => shop.close(resolve))
    await rm(folder, { recursive: true, force: true })
  })

  it('answers the same key with the same answer, and another request under it with 409', async () => {
    const { url } = await start()
    const first = await post(`${url}/v1/charges`, { ...charge, method: 'card-ok' }, 'key')
    expect(first.status).to.equal(200)
    expect(await post(`${url}/v1/charges`, { ...charge, method: 'card-ok' }, 'key')).to.deep.equal(first)
    expect(await post(`${url}/v1/charges`, { ...charge, amount: 1, method: 'card-ok' }, 'key')).to.deep.equal({
      status: 409,
      body: { error: 'idempotency_key_reused' },
    })
  })

  it('charges once for twenty requests at once under one key', async () => {
    const provider = await start()
    const all = await Promise.all(
      Array.from({ length: 20 }, () => post(`${provider.url}/v1/charges`, { ...charge, method: 'card-slow' }, 'key')),
    )
    expect(new Set(all.map(({ body }) => body['id'])).size).to.equal(1)
    expect(await statuses(provider)).to.deep.equal(['succeeded'])
  })

  it('charges twice for two keys, and shows both', async () => {
    const provider = await start()
    for (const key of ['one', 'two']) await post(`${provider.url}/v1/charges`, { ...charge, method: 'card-ok' }, key)
    expect(await statuses(provider)).to.deep.equal(['succeeded', 'succeeded'])
  })

  it('refuses what it does not understand', async () => {
    const { url } = await start()
    for (const wrong of [
      { ...charge, method: 'cash' },
      { ...charge, method: 'card-ok', amount: 0 },
      { ...charge, method: 'card-ok', more: 1 },
      charge,
    ]) {
      expect((await post(`${url}/v1/charges`, wrong, 'key')).status).to.equal(400)
    }
    expect((await post(`${url}/v1/charges`, { ...charge, method: 'card-ok' })).status).to.equal(400)
  })

  it('captures when the customer has confirmed, and tells the shop, signed', async () => {
    const provider = await start()
    const { body } = await post(`${provider.url}/v1/charges`, { ...charge, method: 'card-action' }, 'key')
    expect(await statuses(provider)).to.deep.equal(['action_required'])
    expect((await fetch(String(body['url']))).status).to.equal(200)
    expect((await fetch(String(body['url']), { method: 'POST' })).status).to.equal(200)
    expect(await statuses(provider)).to.deep.equal(['succeeded'])
    await untilTrue('one webhook has come', () => received.length === 1)
    const [{ headers, body: bytes, event }] = received as [Received]
    expect(verifyWebhook('secret', headers['webhook-signature'] as string, bytes, new Date())).to.equal('valid')
    expect(event).to.deep.equal({
      id: event.id,
      type: 'payment.succeeded',
      createdAt: event.createdAt,
      data: { ...charge, providerPaymentId: body['id'] },
    })
  })

  it('sends customers to where they reach it, when that is elsewhere than it listens', async () => {
    const provider = await start({ publicUrl: 'https://pay.example/' })
    const { body } = await post(`${provider.url}/v1/charges`, { ...charge, method: 'card-action' }, 'key')
    expect(body['url']).to.equal(`https://pay.example/confirm/${String(body['id'])}`)
  })

  it('does not capture what was cancelled, confirmed or not', async () => {
    const provider = await start()
    const { body } = await post(`${provider.url}/v1/charges`, { ...charge, method: 'card-action' }, 'key')
    expect((await post(`${provider.url}/v1/payments/payment-1/cancel`, {}, 'cancel')).status).to.equal(200)
    expect((await fetch(String(body['url']))).status).to.equal(409)
    expect(await statuses(provider)).to.deep.equal(['cancelled'])
    expect((await fetch(`${provider.url}/confirm/unknown`)).status).to.equal(404)
  })

  it('tells of a late payment by webhook, again and again until it is taken', async () => {
    answers = [500, 503, 404]
    const provider = await start()
    await post(`${provider.url}/v1/charges`, { ...charge, method: 'card-late' }, 'key')
    expect((await post(`${provider.url}/v1/payments/payment-1/cancel`, {}, 'cancel')).status).to.equal(202)
    await untilTrue('four webhooks have come', () => received.length === 4)
    expect(new Set(received.map(({ event }) => event.id)).size).to.equal(1)
    expect(received[0]?.event.type).to.equal('payment.succeeded')
  })

  it('calls a late payment back where it is told that it can', async () => {
    const provider = await start({ lateMs: 60_000, lateCanBeCancelled: true })
    await post(`${provider.url}/v1/charges`, { ...charge, method: 'card-late' }, 'key')
    expect((await post(`${provider.url}/v1/payments/payment-1/cancel`, {}, 'cancel')).status).to.equal(200)
    expect(await statuses(provider)).to.deep.equal(['cancelled'])
  })

  it('tells of a refund that took its time', async () => {
    const { url } = await start()
    const { body } = await post(`${url}/v1/charges`, { ...charge, method: 'card-ok' }, 'key')
    await post(`${url}/test/faults`, { kind: 'pend', operation: 'refund', ms: 10 })
    const refund = { providerPaymentId: body['id'], refundId: 'full', attempt: 1, amount: 1999, currency: 'EUR' }
    const answer = await post(`${url}/v1/refunds`, refund, 'refund')
    expect(answer.body['status']).to.equal('pending')
    await untilTrue('one webhook has come', () => received.length === 1)
    const [{ event }] = received as [Received]
    expect(event.type).to.equal('refund.succeeded')
    expect(event.data).to.deep.equal({ ...charge, ...refund, providerRefundId: answer.body['id'] })
  })

  it('keeps charges, answers and undelivered webhooks in its file, whatever half a line ends it', async () => {
    const data = join(folder, 'journal')
    const first = await start({ data, lateMs: 1_500 })
    const ok = await post(`${first.url}/v1/charges`, { ...charge, method: 'card-ok' }, 'ok')
    await post(`${first.url}/v1/charges`, { ...charge, method: 'card-late' }, 'late')
    await first.stop()
    await appendFile(data, '{"charge":{"id":"half')
    const second = await start({ data })
    expect(await statuses(second)).to.deep.equal(['succeeded', 'pending'])
    expect(await post(`${second.url}/v1/charges`, { ...charge, method: 'card-ok' }, 'ok')).to.deep.equal(ok)
    await untilTrue('one webhook has come', () => received.length === 1)
    await untilTrue('all have succeeded', async () =>
      (await statuses(second)).every((status) => status === 'succeeded'),
    )
    await second.stop()
    const third = await start({ data })
    expect(await statuses(third)).to.deep.equal(['succeeded', 'succeeded'])
  })

  it('sends a webhook after a restart that it could not deliver before', async () => {
    const data = join(folder, 'journal')
    answers = Array.from({ length: 100 }, () => 503)
    const first = await start({ data, lateMs: 1 })
    await post(`${first.url}/v1/charges`, { ...charge, method: 'card-late' }, 'late')
    await untilTrue('a webhook has come', () => received.length > 0)
    await first.stop()
    received.length = 0
    answers = []
    await start({ data })
    await untilTrue('one webhook has come', () => received.length === 1)
    expect(received[0]?.event.type).to.equal('payment.succeeded')
  })

  it('refuses connections for a while, and is there again', async () => {
    const { url } = await start()
    const isLive = () =>
      fetch(`${url}/health/live`).then(
        ({ ok }) => ok,
        () => false,
      )
    await post(`${url}/test/refuse-connections`, { ms: 200 })
    await untilTrue('it is away', async () => !(await isLive()), { everyMs: 10 })
    await untilTrue('it is back', isLive)
  })
})
