import { expect } from 'chai'
import { messagesOf } from './messages.js'
import { happened } from './order-of-tests.ts'

const about = (type: string, second: number, key: string, data = {}) =>
  happened('notification', type, second, { key, template: 'received', channel: 'email', ...data })

describe('the messages of an order', () => {
  it('each stands once, with what has become of it last', () => {
    const events = [
      about('NotificationSent', 1, 'a'),
      about('NotificationRequested', 2, 'b'),
      happened('order', 'OrderConfirmed', 3),
      about('NotificationFailed', 4, 'a', { reason: 'bounced: 5.1.1' }),
    ]
    expect(messagesOf(events).map(({ key, state, reason }) => [key, state, reason])).to.deep.equal([
      ['a', 'failed', 'bounced: 5.1.1'],
      ['b', 'under way', undefined],
    ])
  })
})
