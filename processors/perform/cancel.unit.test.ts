import { expect } from 'chai'
import { cancelled, charge, minute, payment, requested } from '../../test/processors/paying.ts'
import { createShop, orderId, stoppedEverywhere } from '../../test/processors/shop.ts'
import { paymentDecider } from '../../domain/payments/payment.ts'
import { OutcomeUnknown, ProviderUnavailable } from '../../infrastructure/outside/errors.ts'
import { paymentKey } from './intent.ts'

describe('cancelling a charge', () => {
  const pending = async () => {
    const shop = await requested()
    shop.provider.next('charge', { kind: 'pending' })
    await charge(shop)
    return shop
  }
  /** Voided by somebody who died right after that. */
  const open = async () => {
    const shop = await pending()
    await shop.command({ type: 'CancelOrder', orderId, reason: 'customer' })
    await shop.commands.handle(
      paymentDecider,
      payment,
      { type: 'VoidOrRefund', orderId, reason: 'order_cancelled' },
      shop.context(),
    )
    return shop
  }

  it('needs no call when nothing was asked for', async () => {
    const shop = createShop()
    await shop.place({ A: 1 })
    shop.leases.claim = () => Promise.reject(new Error('there is nothing to claim'))
    await cancelled(shop)
    expect(await shop.deliver('payment', shop.last('PaymentVoided'))).to.equal('done')
    expect(shop.failures).to.deep.equal([])
    expect(shop.provider.calls).to.deep.equal([])
    expect(shop.types(payment)).to.deep.equal(['PaymentVoided'])
  })

  it('is done by whoever voids it', async () => {
    const shop = await pending()
    await cancelled(shop)
    expect(shop.provider.calls).to.deep.equal(['charge', 'cancel'])
    expect(await shop.deliver('payment', shop.last('PaymentVoided'))).to.equal('done')
    expect(shop.provider.calls).to.deep.equal(['charge', 'cancel'])
    expect(shop.types(payment)).to.deep.equal(['PaymentRequested', 'PaymentVoided', 'PaymentFailed'])
  })

  it('takes "unknown payment" for an answer: it was never charged', async () => {
    const shop = await open()
    await shop.deliver('payment', shop.last('PaymentVoided'))
    expect(shop.provider.calls).to.deep.equal(['charge', 'cancel'])
    expect(shop.ofStream(payment).at(-1)).to.deep.equal({
      type: 'PaymentFailed',
      orderId,
      paymentId: paymentKey(orderId),
      code: 'cancelled',
    })
  })

  it('tells a provider that looks for it by time when it was asked for', async () => {
    const shop = await requested()
    const asked = shop.now()
    shop.advance(1_000)
    shop.provider.next('charge', new OutcomeUnknown('time-out'))
    await charge(shop)
    shop.provider.next('cancel', new ProviderUnavailable('refused'))
    await cancelled(shop)
    shop.advance(minute)
    const seen: Date[] = []
    shop.provider.cancel = async ({ notBefore }) => {
      seen.push(await notBefore())
      return { kind: 'cancelled' }
    }
    await shop.pass()
    expect(seen).to.deep.equal([asked])
    expect(shop.types(payment).at(-1)).to.equal('PaymentFailed')
  })

  it('gives the money back in the same append when it had been taken', async () => {
    const shop = await open()
    shop.provider.next('cancel', { kind: 'succeeded', providerPaymentId: 'p1', amount: 1000, currency: 'EUR' })
    await shop.run()
    expect(shop.types(payment)).to.deep.equal([
      'PaymentRequested',
      'PaymentVoided',
      'PaymentSucceeded',
      'RefundRequested',
      'RefundSucceeded',
    ])
    expect(shop.provider.refunds).to.deep.equal([
      {
        refundId: 'full',
        attempt: 1,
        providerPaymentId: 'p1',
        amount: 1000,
        currency: 'EUR',
        idempotencyKey: `${orderId}/full/1`,
        orderId,
        sentBefore: false,
      },
    ])
  })

  it('is due soon, however late the charge that it cancels would have been', async () => {
    const shop = await pending()
    shop.provider.next('lookUp', { kind: 'pending' })
    shop.advance(30_000)
    await shop.pass()
    shop.provider.next('cancel', new OutcomeUnknown('time-out'))
    await cancelled(shop)
    expect(shop.types(payment)).to.deep.equal(['PaymentRequested', 'PaymentVoided'])
    shop.advance(30_000)
    await shop.pass()
    expect(shop.types(payment)).to.deep.equal(['PaymentRequested', 'PaymentVoided', 'PaymentFailed'])
  })

  it('comes to its outcome wherever it is cut off', async () => {
    for (const shop of await stoppedEverywhere(open, (each) => each.deliver('payment', each.last('PaymentVoided')))) {
      // The second call for this payment, and the delay after that.
      shop.advance(2 * minute)
      await shop.pass()
      expect(shop.types(payment)).to.deep.equal(['PaymentRequested', 'PaymentVoided', 'PaymentFailed'])
    }
  })
})
