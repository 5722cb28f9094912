import { expect } from 'chai'
import { streams } from '../../domain/shared/streams.ts'
import { createShop, orderId } from '../../test/processors/shop.ts'

const notification = streams.notification(orderId)

describe('a notification', () => {
  it('is sent once for each event that calls for it, with the address read from the order', async () => {
    const shop = createShop()
    await shop.stock('A', 5)
    await shop.place({ A: 2 })
    await shop.run()
    await shop.command({ type: 'ShipOrder', orderId, carrier: 'Post', trackingNumber: 'T-1' })
    await shop.run()
    expect(shop.sent.map(({ to, subject }) => [to, subject])).to.deep.equal([
      ['ann@mail.example', 'We have received your order ABC1234567'],
      ['ann@mail.example', 'Your order ABC1234567 is confirmed'],
      ['ann@mail.example', 'Your order ABC1234567 has been shipped'],
    ])
    expect(shop.sent[2]?.text).to.equal('Hello Ann,\n\nPost brings it to you. Tracking number: T-1\n')
    expect(new Set(shop.sent.map(({ messageId }) => messageId)).size).to.equal(3)
    expect(shop.types(notification).filter((type) => type === 'NotificationSent')).to.have.length(3)
    for (const stored of shop.store.log) await shop.deliver('notification', stored)
    expect(shop.sent).to.have.length(3)
  })

  it('keeps personal data out of its own stream', async () => {
    const shop = createShop()
    await shop.place({ A: 1 })
    await shop.run('notification')
    expect(JSON.stringify(shop.ofStream(notification))).to.not.match(/ann@|Ann|Street/)
  })

  it('says what was missing', async () => {
    const shop = createShop()
    await shop.stock('A', 1)
    await shop.place({ A: 2 })
    await shop.run()
    expect(shop.sent.at(-1)?.subject).to.equal('We cannot fulfil your order ABC1234567')
    expect(shop.sent.at(-1)?.text).to.contain('A: 2 ordered, 1 available')
  })

  it('about a refund that failed goes to the operators', async () => {
    const shop = createShop()
    await shop.stock('A', 5)
    await shop.place({ A: 2 })
    await shop.run()
    shop.provider.next('refund', { kind: 'failed', code: 'account_closed' })
    await shop.command({ type: 'CancelOrder', orderId, reason: 'customer' })
    await shop.run()
    const last = shop.sent.at(-1)
    expect([last?.to, last?.subject]).to.deep.equal(['operators@shop.example', 'Refund failed: order ABC1234567'])
  })
})
