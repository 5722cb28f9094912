import { expect } from 'chai'
import { streams } from '../../domain/shared/streams.ts'
import { shopEvents, type ShopEvent } from '../../domain/registry.ts'
import { createCodec, type Recorded } from '../../infrastructure/event-store/codec.ts'
import type { StoredEvent } from '../../infrastructure/event-store/port.ts'
import { inMemoryFollowUps } from '../../test/processors/in-memory-follow-ups.ts'
import { createShop, groups, orderId, type Shop } from '../../test/processors/shop.ts'
import { notificationDecider } from '../../domain/notifications/notification.ts'
import { SmsRefused } from './sms.ts'

const codec = createCodec(shopEvents)
const hour = 3_600_000
const recordedOf = (stored: StoredEvent): Recorded<ShopEvent> => {
  const recorded = codec.decode(stored)
  if (recorded === undefined) throw new Error(`${stored.type} is not known`)
  return recorded
}

/** An order whose customer has been told all: by both channels, in vain once, and once more. */
const toldEverything = async (): Promise<Shop> => {
  const shop = createShop()
  await shop.stock('A', 5)
  await shop.place({ A: 1 }, orderId, { phone: '+491700000000', channels: ['email', 'sms'] })
  await shop.run('order', 'inventory', 'payment')
  await shop.run('notification')
  await shop.command({ type: 'ShipOrder', orderId, carrier: 'Post', trackingNumber: 'T-1' })
  const [, second] = shop.sentSms
  expect(second).not.to.equal(undefined)
  await shop.run('order', 'inventory', 'payment')
  shop.troubles.push(new SmsRefused('no', { reason: 'refused: 21610' }))
  await shop.run('notification')
  const { key } = shop.last('NotificationFailed').data as { key: string }
  const again = { type: 'ResendNotification', orderId, key, resendId: '1' } as const
  await shop.commands.handle(notificationDecider, streams.notification(orderId), again, shop.context())
  await shop.run()
  return shop
}
/** The same for one who has chosen SMS instead of mails. */
const toldBySms = async (): Promise<Shop> => {
  const shop = createShop()
  await shop.place({ A: 1 }, orderId, { phone: '+491700000000', channels: ['sms'] })
  await shop.run()
  return shop
}
/** The same for one whose money was taken and has gone back. */
const givenBack = async (): Promise<Shop> => {
  const shop = createShop()
  await shop.stock('A', 5)
  await shop.place({ A: 1 }, orderId)
  await shop.run()
  await shop.command({ type: 'CancelOrder', orderId, reason: 'customer' })
  await shop.run()
  expect(shop.types(streams.payment(orderId)).at(-1)).to.equal('RefundSucceeded')
  return shop
}
/** Mails, messages by SMS, events, and calls of the payment provider. */
const sentBy = (shop: Shop) => [
  shop.sent.length,
  shop.sentSms.length,
  shop.store.log.length,
  shop.provider.calls.length,
]

for (const [who, told] of [
  ['a customer who is told by both channels', toldEverything],
  ['a customer who is told by SMS', toldBySms],
  ['a customer whose money has gone back', givenBack],
] as const) {
  describe(`what ${who} was told is told once, and paid once`, () => {
    it('when the whole log is given to every group again, soon, and much later', async () => {
      const shop = await told()
      const before = sentBy(shop)
      for (const wait of [0, 13 * hour, 48 * hour]) {
        shop.advance(wait)
        for (const group of groups)
          for (const stored of [...shop.store.log]) {
            await shop.processors.handlers[group](stored, { retryCount: 1 })
            await shop.idle()
          }
        expect(sentBy(shop)).to.deep.equal(before)
      }
      expect(shop.failures).to.deep.equal([])
    })

    it('when that is done by processes that remember nothing, and no mark of it is left', async () => {
      const { store } = await told()
      const before = store.log.length
      const anew = createShop(store)
      anew.advance(48 * hour)
      for (const group of groups) for (const stored of [...store.log]) await anew.deliver(group, stored)
      expect(sentBy(anew)).to.deep.equal([0, 0, before, 0])
      expect([anew.failures, anew.warnings]).to.deep.equal([[], []])
    })

    it('when the follow-ups look, and when their tables are built anew', async () => {
      const shop = await told()
      const before = sentBy(shop)
      shop.advance(48 * hour)
      await shop.pass()
      await shop.driveOn()
      await shop.pass()
      expect(sentBy(shop)).to.deep.equal(before)
      const rebuilt = inMemoryFollowUps(shop.leases)
      for (const stored of shop.store.log) rebuilt.apply(recordedOf(stored))
      const now = shop.now()
      const due = await rebuilt.intents({ now, kind: 'notification', after: undefined, firstDelayMs: 0, limit: 100 })
      expect(due).to.deep.equal([])
    })
  })
}
