import { expect } from 'chai'
import { cancelled, charge, minute, payment, requested } from '../../test/processors/paying.ts'
import { orderId, type Shop } from '../../test/processors/shop.ts'
import { paymentDecider } from '../../domain/payments/payment.ts'
import { OutcomeUnknown, ProviderUnavailable } from '../../infrastructure/outside/errors.ts'

describe('a refund', () => {
  /** Owed by the words of somebody who died right after that. */
  const owed = async () => {
    const shop = await requested()
    await charge(shop)
    await shop.command({ type: 'CancelOrder', orderId, reason: 'customer' })
    await shop.commands.handle(
      paymentDecider,
      payment,
      { type: 'VoidOrRefund', orderId, reason: 'order_cancelled' },
      shop.context(),
    )
    return shop
  }
  const makeRefund = (shop: Shop) => shop.deliver('payment', shop.last('RefundRequested'))

  it('is asked for once for each attempt', async () => {
    const shop = await owed()
    await makeRefund(shop)
    await makeRefund(shop)
    expect(shop.provider.calls).to.deep.equal(['charge', 'refund'])
    expect(shop.types(payment).slice(2)).to.deep.equal(['RefundRequested', 'RefundSucceeded'])
  })

  it('is asked for by whoever writes down that it is owed, once', async () => {
    const shop = await requested()
    await charge(shop)
    await cancelled(shop)
    expect(shop.provider.calls).to.deep.equal(['charge', 'refund'])
    await makeRefund(shop)
    expect(shop.provider.calls).to.deep.equal(['charge', 'refund'])
    expect(shop.types(payment).slice(2)).to.deep.equal(['RefundRequested', 'RefundSucceeded'])
  })

  it('without an answer is looked up, and asked for again under the same key if it is not known there', async () => {
    const shop = await owed()
    shop.provider.next('refund', new OutcomeUnknown('time-out'))
    await makeRefund(shop)
    expect(shop.types(payment).slice(2)).to.deep.equal(['RefundRequested'])
    shop.advance(30_000)
    await shop.pass()
    expect(shop.provider.calls.slice(1)).to.deep.equal(['refund', 'lookUpRefund', 'refund'])
    expect(new Set(shop.provider.refunds.map(({ idempotencyKey }) => idempotencyKey)).size).to.equal(1)
    expect(shop.types(payment).slice(2)).to.deep.equal(['RefundRequested', 'RefundSucceeded'])
  })

  it('that was not sent is asked for without a look', async () => {
    const shop = await owed()
    shop.provider.next('refund', new ProviderUnavailable('refused'))
    await makeRefund(shop)
    shop.advance(30_000)
    await shop.pass()
    expect(shop.provider.calls.slice(1)).to.deep.equal(['refund', 'refund'])
  })

  it('that the provider refuses has failed', async () => {
    const shop = await owed()
    shop.provider.next('refund', { kind: 'failed', code: 'account_closed' })
    await makeRefund(shop)
    expect(shop.ofStream(payment).at(-1)).to.deep.equal({
      type: 'RefundFailed',
      orderId,
      refundId: 'full',
      attempt: 1,
      code: 'account_closed',
    })
  })

  it('older than the provider keeps its keys is never made again', async () => {
    const shop = await owed()
    shop.provider.next('refund', new OutcomeUnknown('time-out'))
    await makeRefund(shop)
    shop.advance(25 * 60 * minute)
    await shop.pass()
    expect(shop.provider.calls.slice(1)).to.deep.equal(['refund', 'lookUpRefund'])
    expect(shop.ofStream(payment).at(-1)).to.deep.equal({
      type: 'RefundFailed',
      orderId,
      refundId: 'full',
      attempt: 1,
      code: 'never_refunded',
    })
  })
})
