import { expect } from 'chai'
import { paymentWebhookEvents, type PaymentWebhookEvent } from '../../domain/payments/events.ts'
import { stripeEventOf } from './webhook-event.ts'

const orderId = '0190f000-0000-7000-8000-000000000001'
const paymentId = '0190f000-0000-7000-8000-00000000000a'
const payment = { order_id: orderId, payment_id: paymentId }
const refund = { order_id: orderId, refund_id: 'full', attempt: '2' }

/** What is kept of an event beside what every event has. */
const kept = (type: string, object: object): Partial<PaymentWebhookEvent> | undefined => {
  const created = Date.parse('2026-03-01T12:00:00Z') / 1_000
  const event = stripeEventOf('stripe', { id: 'evt_1', type, created, data: { object: { ...object } } })
  if (event === undefined) return undefined
  const { type: stored, provider, providerEventId, providerTime, ...rest } = event
  paymentWebhookEvents.PaymentProviderEventReceived.schema.parse({ provider, providerEventId, providerTime, ...rest })
  expect(stored).to.equal('PaymentProviderEventReceived')
  return JSON.parse(JSON.stringify(rest)) as Partial<PaymentWebhookEvent>
}
const intent = (more: object = {}) => ({
  id: 'pi_1',
  amount_received: 0,
  currency: 'eur',
  metadata: payment,
  client_secret: 'a secret',
  ...more,
})
const ids = { orderId, paymentId, providerPaymentId: 'pi_1' }

describe('what is kept of an event of Stripe', () => {
  for (const [type, object, expected] of [
    ['succeeded', { amount_received: 500 }, { kind: 'payment_succeeded', amount: 500, currency: 'EUR' }],
    // 5.50 shillings: more than can be said here. The service reports it.
    ['succeeded', { amount_received: 550, currency: 'ugx' }, { kind: 'payment_succeeded' }],
    [
      'payment_failed',
      { last_payment_error: { code: 'card_declined', decline_code: 'insufficient_funds', message: 'No.' } },
      { kind: 'payment_failed', code: 'insufficient_funds' },
    ],
    ['payment_failed', {}, { kind: 'payment_failed', code: 'card_declined' }],
    ['canceled', {}, { kind: 'payment_failed', code: 'cancelled' }],
    [
      'requires_action',
      { next_action: { type: 'redirect_to_url', redirect_to_url: { url: 'https://hooks.stripe.com/3d' } } },
      { kind: 'payment_action_required', url: 'https://hooks.stripe.com/3d' },
    ],
    ['requires_action', { next_action: { type: 'use_stripe_sdk' } }, { kind: 'other' }],
    ['processing', {}, { kind: 'other' }],
  ] as const) {
    it(`payment_intent.${type} with ${JSON.stringify(object)}`, () => {
      expect(kept(`payment_intent.${type}`, intent(object))).to.deep.equal({ ...ids, ...expected })
    })
  }

  const refundOf = (status: string, more: object = {}) => ({
    id: 're_1',
    amount: 500,
    currency: 'eur',
    payment_intent: 'pi_1',
    metadata: refund,
    status,
    ...more,
  })
  const refunded = { providerPaymentId: 'pi_1', providerRefundId: 're_1', amount: 500, currency: 'EUR' }
  const asked = { orderId, refundId: 'full', attempt: 2 }

  for (const [type, status, more, expected] of [
    ['created', 'succeeded', {}, { ...asked, kind: 'refund_succeeded' }],
    ['created', 'pending', {}, { ...asked, kind: 'other' }],
    ['updated', 'succeeded', {}, { ...asked, kind: 'refund_succeeded' }],
    ['failed', 'failed', { failure_reason: 'declined' }, { ...asked, kind: 'refund_failed', code: 'refund_declined' }],
    ['updated', 'canceled', {}, { ...asked, kind: 'refund_failed', code: 'refund_cancelled' }],
    // Made in the dashboard.
    ['created', 'succeeded', { metadata: {} }, { kind: 'refund_succeeded' }],
    ['created', 'succeeded', { payment_intent: { id: 'pi_1' } }, { ...asked, kind: 'refund_succeeded' }],
  ] as const) {
    it(`refund.${type} that is ${status}, with ${JSON.stringify(more)}`, () => {
      expect(kept(`refund.${type}`, refundOf(status, more))).to.deep.equal({ ...refunded, ...expected })
    })
  }

  it('has a failure later than a success of the same second', () => {
    const timeOf = (status: string) =>
      stripeEventOf('stripe', {
        id: 'evt_1',
        type: 'refund.updated',
        created: 1_000,
        data: { object: refundOf(status) },
      })?.providerTime ?? ''
    expect(Date.parse(timeOf('failed'))).to.be.greaterThan(Date.parse(timeOf('succeeded')))
  })

  for (const [type, status, kind] of [
    ['created', 'needs_response', 'dispute_opened'],
    ['created', 'lost', 'dispute_lost'],
    ['created', 'warning_needs_response', 'other'],
    ['funds_withdrawn', 'needs_response', 'dispute_opened'],
    ['funds_reinstated', 'won', 'dispute_won'],
    ['closed', 'won', 'dispute_won'],
    ['closed', 'lost', 'dispute_lost'],
    ['closed', 'warning_closed', 'other'],
    ['updated', 'under_review', 'other'],
    ['closed', 'a status of next year', 'other'],
  ] as const) {
    it(`charge.dispute.${type} that is ${status} is ${kind}`, () => {
      const evidence = { customer_name: 'Alice Adams' }
      const dispute = { id: 'dp_1', amount: 500, currency: 'eur', payment_intent: 'pi_1', status, evidence }
      expect(kept(`charge.dispute.${type}`, dispute)).to.deep.equal({
        kind,
        providerDisputeId: 'dp_1',
        providerPaymentId: 'pi_1',
        amount: 500,
        currency: 'EUR',
      })
    })
  }

  it('is nothing where it names neither an order of ours nor a payment', () => {
    expect(kept('payment_intent.succeeded', intent({ metadata: { order_id: 'A-7' } }))).to.equal(undefined)
    expect(kept('refund.created', refundOf('succeeded', { payment_intent: null }))).to.equal(undefined)
    expect(kept('charge.dispute.created', { id: 'dp_1' })).to.equal(undefined)
    expect(kept('payout.paid', { id: 'po_1' })).to.equal(undefined)
  })

  it('is that money moved, and of which payment, where no more can be read: it is found incomplete, and not passed over', () => {
    expect(kept('payment_intent.succeeded', { ...intent(), amount_received: null })).to.deep.include({
      kind: 'payment_succeeded',
    })
    expect(kept('refund.updated', refundOf('succeeded', { status: null }))).to.deep.include({
      kind: 'refund_succeeded',
      providerPaymentId: 'pi_1',
    })
    expect(kept('charge.dispute.created', { id: 'dp_1', payment_intent: 'pi_1' })).to.deep.include({
      kind: 'dispute_opened',
      providerPaymentId: 'pi_1',
    })
  })
})
