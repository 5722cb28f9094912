import { expect } from 'chai'
import supertest from 'supertest'
import { signatureHeader, signWebhook } from '../../infrastructure/http/webhook-signature.ts'
import { commandApiUnderTest, webhookSecret, type CommandApiUnderTest } from '../../test/specifications/command-api.ts'
import { orderId, paymentId } from '../../test/specifications/order-events.ts'

const createdAt = '2026-03-01T12:00:00.000Z'
const succeeded = {
  id: 'evt_1',
  type: 'payment.succeeded',
  createdAt,
  data: { orderId, paymentId, providerPaymentId: 'pp-1', amount: 5500, currency: 'EUR', cardHolder: 'Alice Adams' },
}

describe('webhooks of the payment provider', () => {
  let shop: CommandApiUnderTest
  beforeEach(() => {
    shop = commandApiUnderTest()
  })
  const last = () => shop.store.log.at(-1)

  it('are stored with the fields that are needed, and no others', async () => {
    await shop.webhook(succeeded).answers(200, { stored: true })
    expect([last()?.stream, last()?.type]).to.deep.equal(['paymentWebhook-mock_evt_1', 'PaymentProviderEventReceived'])
    expect(last()?.data).to.deep.equal({
      provider: 'mock',
      providerEventId: 'evt_1',
      kind: 'payment_succeeded',
      orderId,
      paymentId,
      providerPaymentId: 'pp-1',
      amount: 5500,
      currency: 'EUR',
      providerTime: createdAt,
    })
    const { $correlationId, actor } = last()?.metadata as { $correlationId: string; actor: unknown }
    expect({ $correlationId, actor }).to.deep.equal({
      $correlationId: orderId,
      actor: { type: 'system', id: 'provider mock' },
    })
  })

  it('are stored once, however often they come and also at once', async () => {
    await Promise.all([1, 2, 3].map(() => shop.webhook(succeeded).answers(200, { stored: true })))
    await shop.webhook(succeeded).answers(200, { stored: true })
    expect(shop.stored()).to.deep.equal(['PaymentProviderEventReceived'])
  })

  it('of a type that nobody knows are stored too', async () => {
    await shop.webhook({ id: 'evt_2', type: 'payout.paid', createdAt, more: true }).answers(200)
    expect(last()?.data).to.deep.equal({
      provider: 'mock',
      providerEventId: 'evt_2',
      kind: 'other',
      providerTime: createdAt,
    })
    await shop.webhook({ id: 'evt_3', type: 'constructor', createdAt }).answers(200)
    expect(last()?.data).to.deep.equal({
      provider: 'mock',
      providerEventId: 'evt_3',
      kind: 'other',
      providerTime: createdAt,
    })
  })

  it('keep what fits when something in them does not', async () => {
    await shop.webhook({ ...succeeded, data: { ...succeeded.data, orderId: '7' } }).answers(200)
    expect(last()?.data).to.include({ kind: 'payment_succeeded', paymentId }).and.not.to.have.property('orderId')
  })

  const spoilt = ['a\0', '\ud83d', 'a\u001b[31m', 'x'.repeat(2_001)]

  it('are kept without a word of the provider that cannot be kept as it was told, and that is counted', async () => {
    const failed = (id: string, code: string) => ({
      ...{ ...succeeded, id },
      ...{ type: 'payment.failed', data: { orderId, paymentId, code } },
    })
    for (const [index, code] of spoilt.entries()) {
      await shop.webhook(failed(`evt_s${index}`, code)).answers(200, { stored: true })
      expect(last()?.data).to.include({ kind: 'payment_failed', orderId, paymentId }).and.not.to.have.property('code')
    }
    const { text } = await supertest(shop.app).get('/metrics')
    expect(text).to.match(/payment_webhooks_fields_dropped_total\{[^}]*provider="mock",field="code"[^}]*\} 4/)
    await shop.webhook(failed('evt_f', 'carte refusée')).answers(200, { stored: true })
    expect(last()?.data).to.include({ code: 'carte refusée' })
  })

  it('say whose money it is as it was told, or are not kept at all', async () => {
    for (const providerPaymentId of spoilt)
      await shop
        .webhook({ ...succeeded, data: { ...succeeded.data, providerPaymentId } })
        .isRefused(400, 'invalid_request', ['providerPaymentId'])
    expect(shop.stored()).to.deep.equal([])
  })

  it('are taken from nobody else', async () => {
    await shop.webhook(succeeded, { secret: 'a secret that somebody has guessed' }).isRefused(401, 'invalid_signature')
    await shop.webhook(succeeded, { at: new Date(Date.now() - 3_600_000) }).isRefused(401, 'invalid_signature')
    await shop.nobody.post('/v1/webhooks/mock', succeeded).isRefused(401, 'invalid_signature')
    await shop.webhook(succeeded, { provider: 'other' }).isRefused(404, 'not_found')
    await shop.webhook(succeeded, { provider: '__proto__' }).isRefused(404, 'not_found')
    expect(shop.stored()).to.deep.equal([])
  })

  it('must be events', async () => {
    await shop
      .webhook({ ...succeeded, id: 'a b', createdAt: 'noon' })
      .isRefused(400, 'invalid_request', ['id', 'createdAt'])
    await shop.webhook('{"id":').isRefused(400, 'invalid_request', [''])
    expect(shop.stored()).to.deep.equal([])
  })

  it('must be UTF-8, by whomever they are signed: what is in them cannot be read otherwise', async () => {
    const latin1 = Buffer.from(JSON.stringify({ ...succeeded, note: 'Jörg' }), 'latin1')
    const send = supertest(shop.app)
      .post('/v1/webhooks/mock')
      .set(signatureHeader, signWebhook(webhookSecret, latin1, new Date()))
      .set('Content-Type', 'application/json; charset=iso-8859-1')
      // As it is, and not as JSON of a buffer.
      .serialize((bytes: Buffer) => bytes as unknown as string)
      .send(latin1)
    const { status } = await send
    expect([status, shop.stored()]).to.deep.equal([400, []])
  })
})
