import { expect } from 'chai'
import { freePort } from '../../embedded/ports.ts'
import { standInKey, startStripe, type StripeStandIn } from '../stripe/server.ts'
import { until } from '../support/until.ts'
import { shopStartLimitMs, startRunningShop, type RunningShop } from './running-shop.ts'

const secret = 'whsec_of_the_end_to_end_tests'

describe('orders paid by Stripe, with all processes', () => {
  let stripe: StripeStandIn
  let running: RunningShop
  before(async function () {
    this.timeout(shopStartLimitMs)
    const port = await freePort()
    stripe = await startStripe({ webhook: { url: `http://127.0.0.1:${port}/v1/webhooks/stripe`, secret } })
    running = await startRunningShop(
      {
        PAYMENT_PROVIDER: 'stripe',
        STRIPE_SECRET_KEY: standInKey,
        STRIPE_WEBHOOK_SECRET: secret,
        STRIPE_API_BASE: stripe.url,
        PROVIDER_TIMEOUT_MS: '3000',
      },
      { method: 'pm_card_visa', ports: { 'command-api': port } },
    )
  })
  after(async () => {
    await running?.stop()
    await stripe?.close()
  })
  const place = (key: string, method: string) =>
    running.client.place('stella', key, [{ sku: running.sku('MUG-WHITE'), quantity: 1 }], method)
  const intentsOf = (orderId: string) => stripe.intents.all().filter(({ metadata }) => metadata['order_id'] === orderId)
  const refundsOf = (orderId: string) => intentsOf(orderId).flatMap(({ id }) => stripe.refunds.of(id))

  it('one is paid and confirmed, and one is declined and rejected', async () => {
    const [paid, declined] = await Promise.all([
      place('paid', 'pm_card_visa'),
      place('declined', 'pm_card_visa_chargeDeclined'),
    ])
    await running.client.orderThat(paid, 'confirmed', ({ status }) => status === 'confirmed')
    const rejected = await running.client.orderThat(declined, 'rejected', ({ status }) => status === 'rejected')
    expect(rejected.reason).to.equal('payment_failed')
    expect(intentsOf(paid).map(({ status }) => status)).to.deep.equal(['succeeded'])
    expect(intentsOf(declined).map(({ status }) => status)).to.deep.equal(['requires_payment_method'])
  })

  it('one is confirmed by its customer at the bank, of which the webhook tells', async () => {
    const orderId = await place('action', 'pm_card_authenticationRequired')
    const waiting = await running.client.orderThat(orderId, 'waiting', ({ payment }) => payment.actionUrl !== undefined)
    await fetch(waiting.payment.actionUrl ?? '')
    await running.client.orderThat(orderId, 'confirmed', ({ status }) => status === 'confirmed')
  })

  it('one is cancelled after it was captured, and its money given back once', async () => {
    const orderId = await place('cancelled', 'pm_card_visa')
    await running.client.orderThat(orderId, 'confirmed', ({ status }) => status === 'confirmed')
    expect((await running.client.cancel('stella', orderId)).status).to.equal(200)
    await running.client.orderThat(
      orderId,
      'refunded',
      ({ status, payment }) => status === 'cancelled' && payment.refunded.amount > 0,
    )
    expect(refundsOf(orderId).map(({ status }) => status)).to.deep.equal(['succeeded'])
  })

  it("a refund made in Stripe's dashboard finds its order, and so does a dispute", async () => {
    const orderId = await place('dashboard', 'pm_card_visa')
    await running.client.orderThat(orderId, 'confirmed', ({ status }) => status === 'confirmed')
    const [intent] = intentsOf(orderId)
    stripe.refunds.create({ payment_intent: intent?.id ?? '', amount: '500' })
    const shows = (type: string) =>
      until(`the timeline shows ${type}`, async () =>
        (await running.client.timeline(orderId)).includes(type) ? true : undefined,
      )
    await shows('ExternalRefundRecorded')
    const dispute = stripe.disputes.open(intent?.id ?? '')
    await shows('DisputeOpened')
    stripe.disputes.become(dispute.id, 'won')
    await shows('DisputeWon')
  })

  it("one of which 5.00 were given back in Stripe's dashboard gets the other 6.90 when it is cancelled", async () => {
    const { client } = running
    const sku = running.sku('BOOK')
    const product = { sku, name: 'A book', price: { amount: 1_190, currency: 'EUR' } }
    expect((await client.administer('/v1/products', product)).status).to.equal(201)
    const receipt = { quantity: 1, document: 'delivery-1' }
    expect((await client.operate(`/v1/inventory/${sku}/receipts`, receipt)).status).to.equal(200)
    const orderId = await client.place('stella', 'in-part', [{ sku, quantity: 1 }], 'pm_card_visa')
    await client.orderThat(orderId, 'confirmed', ({ status }) => status === 'confirmed')
    const [intent] = intentsOf(orderId)
    expect(intent?.amount_received).to.equal(1_190)

    stripe.refunds.create({ payment_intent: intent?.id ?? '', amount: '500' })
    await client.orderThat(orderId, 'refunded in part', ({ payment }) => payment.refunded.amount === 500)
    await stripe.events.delivered()
    expect(await client.deadLetters('payment', orderId)).to.deep.equal([])

    expect((await client.cancel('stella', orderId)).status).to.equal(200)
    await client.orderThat(
      orderId,
      'refunded in full',
      ({ status, payment }) => status === 'cancelled' && payment.refunded.amount === 1_190,
    )
    const made = refundsOf(orderId).map(({ amount, status }) => ({ amount, status }))
    expect(made).to.deep.equal([
      { amount: 500, status: 'succeeded' },
      { amount: 690, status: 'succeeded' },
    ])
    // Told of what it was asked for itself, too: it stays at that.
    await stripe.events.delivered()
    expect((await client.order(orderId))?.payment.refunded.amount).to.equal(1_190)
    expect(await client.timeline(orderId)).to.include.members(['ExternalRefundRecorded', 'RefundSucceeded'])
    expect(await client.deadLetters('payment', orderId)).to.deep.equal([])
  })

  it('one whose charge was not answered before the processors died is charged once', async () => {
    stripe.fail('hang', { on: /POST \/v1\/payment_intents$/ })
    const asked = stripe.seen().length
    const orderId = await place('killed-before', 'pm_card_visa')
    await until('Stripe is asked', () => (stripe.seen().length > asked ? true : undefined))
    await running.kill('processors')
    await running.client.orderThat(orderId, 'confirmed', ({ status }) => status === 'confirmed', 60_000)
    expect(intentsOf(orderId).map(({ status }) => status)).to.deep.equal(['succeeded'])
  })

  it('one that was charged when the processors died is looked up, and not charged again', async () => {
    stripe.fail('hang_after', { on: /POST \/v1\/payment_intents$/ })
    const before = stripe.intents.all().length
    const orderId = await place('killed-after', 'pm_card_visa')
    await until('it is charged', () => (stripe.intents.all().length > before ? true : undefined))
    await running.kill('processors')
    await running.client.orderThat(orderId, 'confirmed', ({ status }) => status === 'confirmed', 60_000)
    expect(intentsOf(orderId).map(({ status }) => status)).to.deep.equal(['succeeded'])
  })
})
