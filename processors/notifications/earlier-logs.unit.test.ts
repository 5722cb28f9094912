import { expect } from 'chai'
import { streams } from '../../domain/shared/streams.ts'
import { uuidv5 } from '../../domain/shared/ids.ts'
import { createShop, orderId, type Shop } from '../../test/processors/shop.ts'

const notification = streams.notification(orderId)
const minute = 60_000

/** An order, and what an earlier release wrote about its first mail: version 1 of each. */
const placedBy = async (...types: readonly ('NotificationRequested' | 'NotificationSent')[]): Promise<Shop> => {
  const shop = createShop()
  await shop.place({ A: 1 })
  const { id } = shop.last('OrderPlaced')
  const key = `received:${id}:email`
  const metadata = {
    $correlationId: orderId,
    $causationId: id,
    commandId: id,
    actor: { type: 'system', id: 'notification' },
    schemaVersion: 1,
    occurredAt: shop.now().toISOString(),
  }
  for (const [index, type] of types.entries()) {
    const data =
      type === 'NotificationSent'
        ? { orderId, key, providerMessageId: '<1@shop>' }
        : { orderId, key, template: 'received', channel: 'email', causedBy: id }
    const expected = index === 0 ? 'no_stream' : BigInt(index - 1)
    await shop.store.append(
      notification,
      [{ id: uuidv5(`${type} of an earlier release`), type, data, metadata }],
      expected,
    )
  }
  return shop
}
const requests = (shop: Shop) => shop.types(notification).filter((type) => type === 'NotificationRequested').length

describe('a log of an earlier release', () => {
  it('has an intent that is still open: it is performed, once, whichever event is seen', async () => {
    for (const seen of [
      ['NotificationRequested', 'OrderPlaced'],
      ['OrderPlaced', 'NotificationRequested'],
    ] as const) {
      const shop = await placedBy('NotificationRequested')
      for (const type of seen) await shop.deliver('notification', shop.last(type))
      expect(shop.sent.map(({ subject }) => subject)).to.deep.equal(['We have received your order ABC1234567'])
      expect(shop.types(notification)).to.deep.equal(['NotificationRequested', 'NotificationSent'])
    }
  })

  it('has an intent that is still open and that nobody sees any more: the follow-ups perform it', async () => {
    const shop = await placedBy('NotificationRequested')
    shop.advance(minute)
    await shop.pass()
    await shop.pass()
    expect(shop.sent).to.have.length(1)
    expect(shop.types(notification)).to.deep.equal(['NotificationRequested', 'NotificationSent'])
  })

  it('has an outcome: nothing is sent, and nothing follows', async () => {
    const shop = await placedBy('NotificationRequested', 'NotificationSent')
    // No lease is remembered of it: that release deleted what was completed. What it was given comes again, or is old.
    await shop.deliver('notification', shop.last('NotificationRequested'))
    await shop.processors.handlers.notification(shop.last('OrderPlaced'), { retryCount: 1 })
    await shop.idle()
    shop.advance(13 * 60 * minute)
    for (const type of ['OrderPlaced', 'NotificationRequested', 'NotificationSent'])
      await shop.deliver('notification', shop.last(type))
    await shop.pass()
    expect([shop.sent.length, shop.failures]).to.deep.equal([0, []])
    expect(shop.types(notification)).to.deep.equal(['NotificationRequested', 'NotificationSent'])
  })

  it('is the last in which a message is asked for by name', async () => {
    const shop = createShop()
    await shop.place({ A: 1 })
    await shop.run()
    expect([shop.sent.length, requests(shop)]).to.deep.equal([2, 0])
  })
})
