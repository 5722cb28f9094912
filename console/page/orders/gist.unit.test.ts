import { expect } from 'chai'
import { gistOf } from './gist.js'
import { happened } from './order-of-tests.ts'

describe('the gist of an event', () => {
  it('is its money, its goods, its message, or why', () => {
    const gist = (data: Record<string, unknown>) => gistOf(happened('order', 'Any', 0, data), 'en')
    expect(gist({})).to.equal(undefined)
    expect(gist({ total: 1190, currency: 'EUR' })).to.equal('€11.90')
    expect(gist({ sku: 'TEA', quantity: 2 })).to.equal('2 × TEA')
    expect(gist({ template: 'refund_failed', channel: 'email' })).to.equal('refund failed by email')
    expect(gist({ amount: 5, currency: 'JPY', reason: 'order_cancelled' })).to.equal('¥5 · order cancelled')
    expect(gist({ carrier: 'DHL', trackingNumber: '42' })).to.equal('DHL 42')
  })
})
