import { expect } from 'chai'
import { createRegistry } from '../../infrastructure/observability/metrics.ts'
import { oneOfEach } from '../../test/specifications/every-event.ts'
import { confirmed } from '../../test/specifications/order-events.ts'
import { disputeLost, paymentSucceeded, refundSucceeded } from '../../test/specifications/payment-events.ts'
import { moneyMetrics } from './money-metrics.ts'

describe('the metrics of money', () => {
  const counted = () => {
    const registry = createRegistry({ service: 'test' })
    const note = moneyMetrics(registry)
    const sums = async (name: string) =>
      Object.fromEntries(
        ((await registry.getSingleMetric(name)?.get())?.values ?? []).map(({ labels, value }) => [
          [labels['currency'], labels['how']].filter((label) => label !== undefined).join(' '),
          value,
        ]),
      )
    return { note, sums }
  }

  it('add up by currency, in its own units', async () => {
    const { note, sums } = counted()
    note({ ...confirmed(), total: 1250, currency: 'EUR' })
    note({ ...confirmed(), total: 500, currency: 'JPY' })
    note({ ...paymentSucceeded(), amount: 1250, currency: 'EUR' })
    note({ ...paymentSucceeded(), amount: 1250, currency: 'EUR' })
    note({ ...paymentSucceeded(), amount: 1250, currency: 'KWD' })
    expect(await sums('orders_confirmed_amount_total')).to.deep.equal({ EUR: 12.5, JPY: 500 })
    expect(await sums('payments_captured_amount_total')).to.deep.equal({ EUR: 25, KWD: 1.25 })
  })

  it('tell what goes back by how it does', async () => {
    const { note, sums } = counted()
    note(refundSucceeded({ amount: 200, currency: 'EUR' }))
    note(disputeLost({ amount: 300, currency: 'EUR' }))
    expect(await sums('payments_given_back_amount_total')).to.deep.equal({ 'EUR refund': 2, 'EUR dispute': 3 })
  })

  it('count whatever was taken, as it can all be given back', async () => {
    const { note, sums } = counted()
    const { DuplicateChargeDetected: twice, PaymentMismatchDetected: mismatch } = oneOfEach
    note({ ...twice, amount: 100, currency: 'EUR' })
    note({ ...mismatch, captured: 900, currency: 'EUR' })
    expect(await sums('payments_captured_amount_total')).to.deep.equal({ EUR: 10 })
  })

  it('are changed by no other event', async () => {
    const { note, sums } = counted()
    const {
      OrderConfirmed: _confirmed,
      PaymentSucceeded: _captured,
      DuplicateChargeDetected: _twice,
      PaymentMismatchDetected: _mismatch,
      RefundSucceeded: _refunded,
      ExternalRefundRecorded: _outside,
      DisputeLost: _lost,
      ...others
    } = oneOfEach
    for (const event of Object.values(others)) note(event)
    const all = ['orders_confirmed_amount_total', 'payments_captured_amount_total', 'payments_given_back_amount_total']
    expect(await Promise.all(all.map(sums))).to.deep.equal([{}, {}, {}])
  })
})
