import { expect } from 'chai'
import { commandIdOf, eventIdOf, notificationKeyOf, orderIdOf, orderNumberOf, paymentIdOf, uuidv5 } from './ids.ts'

const orderId = '11111111-1111-4111-8111-111111111111'
const all = <Value>(...values: readonly Value[]) => expect(new Set(values).size).to.equal(values.length)

describe('ids', () => {
  it('are name-based UUIDs as RFC 9562 makes them', () => {
    expect(uuidv5('www.example.com', '6ba7b810-9dad-11d1-80b4-00c04fd430c8')).to.equal(
      '2ed6657d-e927-568b-95e1-2665a8aea6a2',
    )
    expect(orderIdOf('alice', 'k')).to.match(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  })

  it('stay what they are: they are stored, and made again to find what was stored', () => {
    expect(orderIdOf('alice', 'k')).to.equal('85e90b22-2c28-5c87-922a-819187b6e067')
    expect(paymentIdOf(orderId)).to.equal('b935d22a-e36c-506f-9eb4-4de7c185c9a5')
    expect(commandIdOf('e', 'order', 'Confirm', 0)).to.equal('e4ede47e-61ad-5c9e-91a9-d843044511a1')
    expect(eventIdOf('c', 's', '3', 0, { type: 'OrderPlaced', name: 'Größe 🛒' })).to.equal(
      '825b718f-e98a-584d-b32a-1c7378ce1a50',
    )
    expect(uuidv5('half a pair: \ud800')).to.equal('3b88d8b4-b978-5cd0-af0e-9ea78e08c25a')
    expect(orderNumberOf(orderId)).to.equal('QNV659FEPG')
  })

  it('of an order: one for each customer and key, and neither can reach into the other', () => {
    expect(orderIdOf('alice', 'k')).to.equal(orderIdOf('alice', 'k'))
    all(
      orderIdOf('alice', 'k'),
      orderIdOf('alice', 'k2'),
      orderIdOf('bob', 'k'),
      orderIdOf('a|b', 'c'),
      orderIdOf('a', 'b|c'),
    )
  })

  it('of one thing are not those of another', () => {
    all(orderId, paymentIdOf(orderId), uuidv5(orderId))
  })

  it('of a command: another for another event, group, type or place', () => {
    all(
      commandIdOf('e', 'order', 'Confirm', 0),
      commandIdOf('f', 'order', 'Confirm', 0),
      commandIdOf('e', 'payment', 'Confirm', 0),
      commandIdOf('e', 'order', 'Reject', 0),
      commandIdOf('e', 'order', 'Confirm', 1),
    )
    expect(commandIdOf('e', 'order', 'Confirm', 0)).to.equal(commandIdOf('e', 'order', 'Confirm', 0))
  })

  it('of an event: another for another command, stream, revision, place or content', () => {
    const said = { type: 'OrderConfirmed', total: 5 }
    all(
      eventIdOf('c', 's', '3', 0, said),
      eventIdOf('d', 's', '3', 0, said),
      eventIdOf('c', 't', '3', 0, said),
      eventIdOf('c', 's', '4', 0, said),
      eventIdOf('c', 's', '3', 1, said),
      eventIdOf('c', 's', '3', 0, { ...said, total: 6 }),
    )
    expect(eventIdOf('c', 's', '3', 0, said)).to.equal(eventIdOf('c', 's', '3', 0, { ...said }))
  })

  it('of a message: another for another template, event or channel', () => {
    all(
      notificationKeyOf('shipped', 'e', 'email'),
      notificationKeyOf('refunded', 'e', 'email'),
      notificationKeyOf('shipped', 'f', 'email'),
      notificationKeyOf('shipped', 'e', 'sms'),
    )
  })

  it('an order has a number that people can read out', () => {
    expect(orderNumberOf(orderId)).to.match(/^[0-9A-HJKMNP-TV-Z]{10}$/)
    expect(orderNumberOf(orderId)).to.equal(orderNumberOf(orderId))
    all(...Array.from({ length: 500 }, (_, index) => orderNumberOf(uuidv5(`order ${index}`))))
  })
})
