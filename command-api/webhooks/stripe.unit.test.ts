import { request } from 'node:http'
import { expect } from 'chai'
import sinon from 'sinon'
import { listen } from '../../infrastructure/http/listen.ts'
import { silentLogger } from '../../infrastructure/observability/logger.ts'
import { createRegistry, type Registry } from '../../infrastructure/observability/metrics.ts'
import { stripeWebhooks } from '../../payment-providers/stripe/webhooks.ts'
import { commandApiUnderTest, type CommandApiUnderTest } from '../../test/specifications/command-api.ts'
import { orderId, paymentId } from '../../test/specifications/order-events.ts'
import { signed } from '../../test/stripe/events.ts'

const secret = 'whsec_of_the_tests'
const path = '/v1/webhooks/stripe'
const ours = { order_id: orderId, payment_id: paymentId }
const intent = {
  id: 'pi_1',
  object: 'payment_intent',
  amount: 5500,
  amount_received: 5500,
  currency: 'eur',
  status: 'succeeded',
  metadata: ours,
  receipt_email: 'alice@example.com',
}
const event = (object: object = intent, type = 'payment_intent.succeeded', id = 'evt_1') => ({
  id,
  object: 'event',
  api_version: '2026-10-28.endive',
  created: Date.parse('2026-03-01T12:00:00Z') / 1_000,
  type,
  livemode: false,
  data: { object },
})

describe('webhooks of Stripe', () => {
  let shop: CommandApiUnderTest
  let registry: Registry
  beforeEach(() => {
    registry = createRegistry({ service: 'test' })
    shop = commandApiUnderTest({ registry, webhooks: [stripeWebhooks([secret, 'whsec_of_tomorrow'])] })
  })
  const tell = (
    body: unknown,
    { at = new Date(), secrets = [secret] }: { at?: Date; secrets?: readonly string[] } = {},
  ) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    return shop.nobody.post(path, text, { 'Stripe-Signature': signed(text, secrets, at) })
  }
  const counted = async () => {
    const metric = (await registry.getMetricsAsJSON()).find(({ name }) => name === 'payment_webhooks_total')
    const counts = metric?.values.map(({ labels, value }) => [String(labels['result']), value] as const) ?? []
    return Object.fromEntries(counts.filter(([, value]) => value > 0))
  }

  it('are counted from nothing on, so that also the first ones that are refused are a rise', async () => {
    const metric = await registry.getSingleMetricAsString('payment_webhooks_total')
    for (const result of ['unsigned', 'malformed', 'too_long', 'foreign', 'stored'])
      expect(metric).to.match(new RegExp(`result="${result}"[^}]*\\} 0$`, 'm'))
  })

  it('are stored with the fields that are needed, and no others', async () => {
    await tell(event()).answers(200, { stored: true })
    const last = shop.store.log.at(-1)
    expect(last?.stream).to.equal('paymentWebhook-stripe_evt_1')
    expect(last?.data).to.deep.equal({
      provider: 'stripe',
      providerEventId: 'evt_1',
      kind: 'payment_succeeded',
      orderId,
      paymentId,
      providerPaymentId: 'pi_1',
      amount: 5500,
      currency: 'EUR',
      providerTime: '2026-03-01T12:00:00.000Z',
    })
  })

  it('are stored, counted and named once in the log where they are written in another version of the API', async () => {
    const lines: unknown[] = []
    const logger = { ...silentLogger, warn: (...line: readonly unknown[]) => lines.push(line) }
    registry = createRegistry({ service: 'test' })
    shop = commandApiUnderTest({ registry, logger, webhooks: [stripeWebhooks([secret])] })
    const of = (id: string, version: string | null) => ({ ...event(intent, undefined, id), api_version: version })
    for (const [id, version] of [
      ['evt_1', '2024-06-20'],
      ['evt_2', '2024-06-20'],
      ['evt_3', '2026-10-28.endive'],
      ['evt_4', null],
    ] as const)
      await tell(of(id, version)).answers(200, { stored: true })
    expect(shop.stored()).to.have.length(4)
    const metric = await registry.getSingleMetricAsString('payment_webhooks_of_other_version_total')
    expect(metric).to.match(/provider="stripe".* 2$/m)
    expect(lines).to.deep.equal([
      [
        'webhooks come in another version of the API than the one that is read here',
        { provider: 'stripe', version: '2024-06-20' },
      ],
    ])
  })

  it('are stored once, however often they come', async () => {
    await Promise.all([1, 2, 3].map(() => tell(event()).answers(200, { stored: true })))
    expect(shop.stored()).to.deep.equal(['PaymentProviderEventReceived'])
  })

  it("are not stored, and counted, where they are about somebody else's sale", async () => {
    await tell(event({ ...intent, metadata: {} })).answers(200, { stored: false })
    await tell(event({ ...intent, metadata: { order_id: '7', payment_id: '8' } })).answers(200, { stored: false })
    await tell(event({ id: 'po_1', object: 'payout' }, 'payout.paid')).answers(200, { stored: false })
    expect(shop.stored()).to.deep.equal([])
    expect(await counted()).to.deep.equal({ foreign: 3 })
  })

  it('of a type that nobody knows are stored too, where they are about an order of ours', async () => {
    await tell(event({ id: 'ch_1', object: 'charge', metadata: ours }, 'charge.captured')).answers(200)
    expect(shop.store.log.at(-1)?.data).to.include({ kind: 'other', orderId, paymentId })
  })

  it('may be signed with either of two secrets, and with both', async () => {
    for (const secrets of [[secret], ['whsec_of_tomorrow'], ['whsec_of_somebody', 'whsec_of_tomorrow']])
      await tell(event(), { secrets }).answers(200, { stored: true })
  })

  it('are taken from nobody else, not late, and not from the future', async () => {
    const refused = (options: Parameters<typeof tell>[1]) => tell(event(), options).isRefused(401, 'invalid_signature')
    await refused({ secrets: ['whsec_that_somebody_guessed'] })
    await refused({ at: new Date(Date.now() - 310_000) })
    await refused({ at: new Date(Date.now() + 310_000) })
    const other = signed(JSON.stringify(event()), [secret], new Date())
    await shop.nobody
      .post(path, JSON.stringify(event(intent, 'payment_intent.canceled')), { 'Stripe-Signature': other })
      .isRefused(401, 'invalid_signature')
    await shop.nobody.post(path, event()).isRefused(401, 'invalid_signature')
    expect(await counted()).to.deep.equal({ unsigned: 5 })
    expect(shop.stored()).to.deep.equal([])
  })

  it('must be events, of which nobody is told who has not signed', async () => {
    await tell('{"id":').isRefused(400, 'invalid_request', [''])
    await tell({ ...event(), id: 'a b' }).isRefused(400, 'invalid_request', ['id'])
    await tell('{"id":', { secrets: ['whsec_that_somebody_guessed'] }).isRefused(401, 'invalid_signature')
    expect(await counted()).to.deep.equal({ malformed: 2, unsigned: 1 })
  })

  it('of a megabyte are refused and counted, and neither looked at nor stored, whoever has signed them', async () => {
    const webhooks = stripeWebhooks([secret])
    const read = sinon.spy(webhooks.read)
    registry = createRegistry({ service: 'test' })
    shop = commandApiUnderTest({ registry, webhooks: [{ ...webhooks, read }] })
    const long = event({ ...intent, description: 'x'.repeat(1_000_000) })
    for (const secrets of [[secret], ['whsec_that_somebody_guessed']])
      await tell(long, { secrets }).isRefused(413, 'body_too_large')
    expect([read.callCount, shop.stored(), await counted()]).to.deep.equal([0, [], { too_long: 2 }])
    await tell(event()).answers(200, { stored: true })
    expect(read.callCount).to.equal(1)
  })

  it('are refused before anything is read when they are too long, or not signed at all', async () => {
    const server = await listen(shop.app, { host: '127.0.0.1', port: 0, closeLimitMs: 100 })
    /** Says how long its body is, and sends no more of it than this. */
    const answerTo = (headers: Record<string, string | number>, begun = '') =>
      new Promise<number | undefined>((resolve, reject) => {
        const asked = request(`${server.url}${path}`, { method: 'POST', headers }, (response) => {
          resolve(response.statusCode)
          asked.destroy()
        })
        asked.on('error', reject)
        asked.flushHeaders()
        if (begun !== '') asked.write(begun)
      })
    try {
      const signature = { 'Stripe-Signature': signed('', [secret], new Date()) }
      expect(await answerTo({ ...signature, 'Content-Length': 1_000_000 })).to.equal(413)
      expect(await answerTo({ 'Content-Length': 1_000 })).to.equal(401)
      // Without a length it is read up to the limit.
      expect(await answerTo(signature, 'x'.repeat(600_000))).to.equal(413)
    } finally {
      await server.close()
    }
    expect(await counted()).to.deep.equal({ too_long: 2, unsigned: 1 })
    const requests = (await registry.getMetricsAsJSON()).find(({ name }) => name === 'http_request_duration_seconds')
    expect(requests?.values.map(({ labels }) => `${labels['route']} ${labels['status']}`)).to.include(`${path} 413`)
  })
})
