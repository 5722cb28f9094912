import { expect } from 'chai'
import { oneOfEach } from '../test/specifications/every-event.ts'
import { shopEvents } from './registry.ts'
import { shownTo, visibility } from './visibility.ts'

describe('who may see what of an event', () => {
  it('is decided for every event', () => {
    expect(Object.keys(visibility).sort()).to.deep.equal(Object.keys(shopEvents).sort())
  })

  for (const [type, { schema }] of Object.entries(shopEvents)) {
    it(`is decided for every field of ${type}, and for no other`, () => {
      const [, fields] = visibility[type as keyof typeof shopEvents]
      expect(Object.keys(fields).sort()).to.deep.equal(Object.keys(schema.shape).sort())
    })
  }

  it('personal data and keys stand in the log alone', () => {
    const { type: placed, ...order } = oneOfEach.OrderPlaced
    const { type: requested, ...payment } = oneOfEach.PaymentRequested
    for (const reader of ['customer', 'operator'] as const) {
      expect(shownTo(reader, placed, order)).not.to.have.any.keys('shipTo', 'contact', 'requestHash', 'orderId')
      expect(shownTo(reader, requested, payment)).not.to.have.any.keys('idempotencyKey', 'orderId')
    }
  })

  it('what operators write, and how the provider calls something, is for operators', () => {
    const cancelled = { orderId: 'o', reason: 'operator', note: 'a crook' }
    expect(shownTo('customer', 'OrderCancelled', cancelled)).to.deep.equal({ reason: 'operator' })
    expect(shownTo('operator', 'OrderCancelled', cancelled)).to.deep.equal({ reason: 'operator', note: 'a crook' })
    const { type: _type, ...refund } = oneOfEach.RefundRequested
    expect(shownTo('customer', 'RefundRequested', refund)).to.have.all.keys('refundId', 'amount', 'currency')
    for (const [type, [, fields]] of Object.entries(visibility)) {
      const told = Object.entries(fields).filter(
        ([name, audience]) => /^provider|^note$/.test(name) && audience === 'customer',
      )
      expect(told, type).to.deep.equal([])
    }
  })

  it('nobody sees what is not decided', () => {
    expect(shownTo('operator', 'OrderFramed', { orderId: 'o' })).to.equal(undefined)
    expect(shownTo('operator', 'constructor', {})).to.equal(undefined)
    expect(shownTo('operator', 'OrderDelivered', { constructor: 1, toString: 2, more: 3 })).to.deep.equal({})
    expect(shownTo('customer', 'RefundFailed', { code: 'x' })).to.equal(undefined)
  })
})
