import { expect } from 'chai'
import { gistOf } from './gist.js'
import { happened } from './order-of-tests.ts'

describe('the gist of an event', () => {
  it('is its money, its goods, its message, or why', () => {
    const gist = (data: Record<string, unknown>) => gistOf(happened('order', 'Any', 0, data), 'en')
    expect(gist({})).to.equal(undefined)
    expect(gist({ total: 1190, currency: 'EUR' })).to.equal('€11.90')
    expect(gist({ sku: 'TEA', quantity: 2 })).to.equal('2 × TEA')
    expect(
      gist({
        lines: [
          { sku: 'TEA', quantity: 2 },
          { sku: 'MUG', quantity: 1 },
        ],
      }),
    ).to.equal('2 × TEA, 1 × MUG')
    // Nothing was held of it.
    expect(gist({ sku: 'TEA', quantity: 0 })).to.equal('no TEA')
    const shortages = [
      { sku: 'POT', wanted: 51, available: 1 },
      { sku: 'MUG', wanted: 2, available: 0 },
    ]
    expect(gist({ shortages })).to.equal('POT: 51 wanted, 1 there; MUG: 2 wanted, 0 there')
    expect(gist({ template: 'refund_failed', channel: 'email' })).to.equal('“refund failed” by email')
    expect(gist({ kind: 'refund_succeeded', amount: 100, currency: 'EUR' })).to.equal('refund succeeded · €1.00')
    expect(gist({ amount: 5, currency: 'JPY', reason: 'order_cancelled' })).to.equal('¥5 · order cancelled')
    expect(gist({ reason: 'operator', note: 'ordered_twice' })).to.equal('operator · “ordered_twice”')
    expect(gist({ carrier: 'DHL', trackingNumber: '42' })).to.equal('DHL 42')
  })

  it('names the operator who asked for it, and nobody else', () => {
    const shipped = happened('order', 'OrderShipped', 0, { carrier: 'DHL', trackingNumber: '42' })
    expect(gistOf({ ...shipped, actor: { type: 'operator', id: 'otto' } })).to.equal('DHL 42 · by otto')
    expect(gistOf({ ...shipped, actor: { type: 'customer', id: 'ann' } })).to.equal('DHL 42')
  })
})
