import { expect } from 'chai'
import type { StoredEvent } from '../infrastructure/event-store/port.ts'
import { groupSettings, keyOf } from './groups.ts'

const event = (stream: string, data: unknown = {}): StoredEvent => ({
  id: 'id',
  stream,
  type: 'T',
  revision: 0n,
  position: { commit: 1n, prepare: 1n },
  created: new Date(0),
  data,
  metadata: {},
})

describe('the key of an event', () => {
  it('is the order, whichever stream it stands in', () => {
    for (const category of ['order', 'reservation', 'payment', 'notification'])
      expect(keyOf(event(`${category}-6f-1`))).to.equal('6f-1')
    expect(keyOf(event('paymentWebhook-mock_e1', { orderId: '6f-1' }))).to.equal('6f-1')
  })
  it('is the stream where no order is named', () => {
    for (const stream of ['stock-A-1', 'product-A', 'other-1', 'x']) expect(keyOf(event(stream))).to.equal(stream)
    for (const data of ['text', null, {}, { orderId: 7 }])
      expect(keyOf(event('paymentWebhook-mock_e1', data))).to.equal('paymentWebhook-mock_e1')
  })
})

describe('the groups', () => {
  it('remember more events than they read at a time', () => {
    expect(groupSettings.historyBufferSize).to.be.greaterThan(groupSettings.readBatchSize)
  })
})
