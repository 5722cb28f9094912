import { expect } from 'chai'
import type { RecordOutcomeOfUnnamedOrder } from '../../domain/payments/commands.ts'
import { Refusal } from '../../domain/shared/refusal.ts'
import { streams } from '../../domain/shared/streams.ts'
import { paymentIdOf } from '../../domain/shared/ids.ts'
import { createShop, orderId, type Shop } from '../../test/processors/shop.ts'
import { providerPaymentId, told } from '../../test/processors/told-without-order.ts'
import { OutcomeUnknown, ProviderUnavailable } from '../../infrastructure/outside/errors.ts'
import { paymentHandler } from './handlers.ts'

const payment = streams.payment(orderId)
const strangerId = '99999999-9999-4999-8999-999999999999'

const confirmed = async (): Promise<Shop> => {
  const shop = createShop()
  await shop.stock('A', 5)
  await shop.place({ A: 2 })
  await shop.run()
  return shop
}

describe('what the provider tells of a payment without naming the order', () => {
  it('is recorded of the order that the provider says it is', async () => {
    const shop = await confirmed()
    expect(await shop.deliver('payment', told(shop))).to.equal('done')
    const { metadata } = shop.last('DisputeOpened')
    expect(shop.types(payment).at(-1)).to.equal('DisputeOpened')
    expect(metadata).to.include({ $correlationId: orderId })
    await shop.run()
    expect(shop.types(streams.order(orderId)).at(-1)).to.equal('ShipmentHeld')
  })

  it("is nothing to us when the payment is another program's", async () => {
    const shop = await confirmed()
    const before = shop.store.log.length
    expect(await shop.deliver('payment', told(shop, { providerPaymentId: 'pp_other' }))).to.equal('done')
    expect(shop.provider.calls.filter((call) => call === 'orderOf')).to.have.length(1)
    expect(shop.store.log).to.have.length(before)
  })

  it('is parked when it is of an order that we do not have', async () => {
    const shop = await confirmed()
    shop.provider.next('orderOf', { kind: 'found', orderId: strangerId, paymentId: paymentIdOf(strangerId) })
    expect(await shop.deliver('payment', told(shop))).to.deep.equal({
      park: { code: 'payment_not_found', message: 'money moved that was never asked for' },
    })
  })

  it("is applied to no order where the payment names one, and is another than the order's: it is parked", async () => {
    const shop = await confirmed()
    const refund = { kind: 'refund_succeeded', providerRefundId: 'pr-1' } as const
    for (const changes of [{}, { kind: 'dispute_lost' } as const, refund]) {
      const before = shop.store.log.length
      shop.provider.next('orderOf', { kind: 'found', orderId, paymentId: strangerId })
      expect(await shop.deliver('payment', told(shop, { providerPaymentId: 'pp_other', ...changes }))).to.deep.equal({
        park: { code: 'foreign_payment', message: `the payment ${strangerId} is not the one of this order` },
      })
      expect(shop.store.log).to.have.length(before)
    }
  })

  it("leaves no letter where it says too little of another program's payment, and one where it is of ours", async () => {
    const shop = await confirmed()
    const tooLittle = { amount: undefined, providerEventId: 'e9' }
    expect(await shop.deliver('payment', told(shop, { ...tooLittle, providerPaymentId: 'pp_other' }))).to.equal('done')
    expect(await shop.deliver('payment', told(shop, tooLittle))).to.deep.equal({
      park: { code: 'provider_outcome_incomplete', message: 'event e9 of mock (dispute_opened) does not say enough' },
    })
  })

  it('waits for the provider when it is away, and parks nothing', async () => {
    const shop = await confirmed()
    for (const error of [new ProviderUnavailable('refused'), new OutcomeUnknown('too slow')]) {
      shop.provider.next('orderOf', error)
      expect(await shop.deliver('payment', told(shop))).to.deep.equal({ retry: 1_000, reason: error.message })
    }
    expect(await shop.deliver('payment', told(shop))).to.equal('done')
  })

  it('is reported where there is nobody to ask', async () => {
    const shop = await confirmed()
    const handle = paymentHandler(shop.commands, shop.processors.performing)
    const command: RecordOutcomeOfUnnamedOrder = {
      type: 'RecordOutcomeOfUnnamedOrder',
      providerPaymentId,
      outcome: { of: 'payment', paymentId: paymentIdOf(orderId), outcome: { kind: 'failed', code: 'x' } },
      otherwise: { type: 'ReportIncompleteOutcome', provider: 'mock', providerEventId: 'e1', kind: 'payment_failed' },
    }
    const refused = await handle(command, shop.context()).catch((error: unknown) => error)
    if (!(refused instanceof Refusal)) throw new Error('expected a refusal')
    expect(refused.code).to.equal('provider_outcome_incomplete')
  })
})

describe('money that comes back to us', () => {
  const lost = { kind: 'dispute_lost' } as const
  const won = { kind: 'dispute_won', providerEventId: 'e2' } as const

  it('of an order that is closed by then goes on to the customer', async () => {
    const shop = await confirmed()
    await shop.deliver('payment', told(shop, lost))
    await shop.command({ type: 'CancelOrder', orderId, reason: 'operator' })
    await shop.run()
    expect(shop.types(payment)).not.to.include('RefundRequested')
    await shop.deliver('payment', { ...told(shop, won), id: '55555555-5555-4555-8555-555555555555' })
    await shop.run()
    expect(shop.types(payment).slice(-3)).to.deep.equal(['DisputeWon', 'RefundRequested', 'RefundSucceeded'])
    expect(shop.provider.refunds.map(({ refundId, amount }) => [refundId, amount])).to.deep.equal([['full', 1000]])
  })

  it('of an order that is open stays', async () => {
    const shop = await confirmed()
    await shop.deliver('payment', told(shop, lost))
    await shop.deliver('payment', { ...told(shop, won), id: '55555555-5555-4555-8555-555555555555' })
    await shop.run()
    expect(shop.types(payment)).not.to.include('RefundRequested')
    expect(shop.types(streams.order(orderId)).at(-1)).to.equal('ShipmentReleased')
  })
})
