import { expect } from 'chai'
import { notificationDecider } from '../../domain/notifications/notification.ts'
import { streams } from '../../domain/shared/streams.ts'
import { createShop, orderId, stoppedEverywhere, type Shop } from '../../test/processors/shop.ts'
import { OutcomeUnknown, ProviderUnavailable } from '../../infrastructure/outside/errors.ts'
import { MailRefused } from './mail.ts'
import { SmsRefused } from './sms.ts'

const notification = streams.notification(orderId)
const minute = 60_000
const phone = '+49 (0)170 000-0000'

const placedWith = async (...channels: readonly ('email' | 'sms')[]): Promise<Shop> => {
  const shop = createShop()
  await shop.stock('A', 1)
  await shop.place({ A: 2 }, orderId, { phone, channels: [...channels] })
  return shop
}
const outcomes = (shop: Shop) =>
  shop
    .ofStream(notification)
    .map((event) => ('channel' in event ? `${event.type} ${event.template} ${event.channel}` : event.type))

describe('a customer who has chosen', () => {
  it('both channels is told by both, once for each event', async () => {
    const shop = await placedWith('email', 'sms')
    await shop.run()
    expect(shop.sent.map(({ subject }) => subject)).to.deep.equal([
      'We have received your order ABC1234567',
      'We cannot fulfil your order ABC1234567',
    ])
    expect(shop.sentSms.map(({ to, text, mayHaveBeenSent }) => ({ to, text, mayHaveBeenSent }))).to.deep.equal([
      {
        to: '+491700000000',
        text: 'We have received your order ABC1234567 of 5 January 2026: 10.00 EUR. We will write again once it is confirmed.',
        mayHaveBeenSent: false,
      },
      {
        to: '+491700000000',
        text: 'We cannot fulfil your order ABC1234567: not everything is in stock.',
        mayHaveBeenSent: false,
      },
    ])
    const messageIds = [...shop.sent, ...shop.sentSms].map(({ messageId }) => messageId)
    expect(new Set(messageIds).size).to.equal(4)
    for (const stored of shop.store.log) await shop.deliver('notification', stored)
    shop.advance(13 * 60 * minute)
    await shop.pass()
    expect([shop.sent.length, shop.sentSms.length, shop.failures]).to.deep.equal([2, 2, []])
  })

  it('SMS alone gets no mail, and nothing stays owed', async () => {
    const shop = await placedWith('sms')
    await shop.run()
    expect([shop.sent.length, shop.sentSms.length]).to.deep.equal([0, 2])
    expect(outcomes(shop)).to.deep.equal([
      'NotificationRequested received sms',
      'NotificationSent received sms',
      'NotificationRequested rejected sms',
      'NotificationSent rejected sms',
    ])
    expect(shop.ofStream(notification)[0]).to.include({ insteadOf: 'email' })
    const due = {
      now: new Date('2099-01-01'),
      kind: 'notification',
      after: undefined,
      firstDelayMs: 0,
      limit: 9,
    } as const
    expect(await shop.followUps.intents(due)).to.deep.equal([])
    shop.advance(13 * 60 * minute)
    await shop.pass()
    expect(await shop.driveOn()).to.equal(0)
    for (const stored of shop.store.log) await shop.deliver('notification', stored)
    expect([shop.sent.length, shop.sentSms.length, shop.failures]).to.deep.equal([0, 2, []])
  })

  it('SMS, and whose refund failed, gets the operators a mail', async () => {
    const shop = createShop()
    await shop.stock('A', 5)
    await shop.place({ A: 2 }, orderId, { phone, channels: ['sms'] })
    await shop.run()
    shop.provider.next('refund', { kind: 'failed', code: 'account_closed' })
    await shop.command({ type: 'CancelOrder', orderId, reason: 'customer' })
    await shop.run()
    expect(shop.sent.map(({ to, subject }) => [to, subject])).to.deep.equal([
      ['operators@shop.example', 'Refund failed: order ABC1234567'],
    ])
    expect(shop.sentSms.at(-1)?.text).to.contain('is cancelled')
  })

  it('e-mail, or nothing, costs no more than before', async () => {
    const shop = await placedWith('email')
    await shop.run()
    expect(shop.types(notification)).to.deep.equal(['NotificationSent', 'NotificationSent'])
    expect(shop.sentSms).to.deep.equal([])
  })

  it('both is told by SMS while no mail can be sent', async () => {
    const shop = await placedWith('email', 'sms')
    shop.troubles.push(new ProviderUnavailable('no mail server'))
    await shop.run('notification')
    expect([shop.sent.length, shop.sentSms.length]).to.deep.equal([0, 1])
    shop.advance(minute)
    await shop.pass()
    expect([shop.sent.length, shop.sentSms.length]).to.deep.equal([1, 1])
    expect(outcomes(shop)).to.deep.equal([
      'NotificationRequested received sms',
      'NotificationSent received sms',
      'NotificationSent received email',
    ])
  })

  it('SMS is asked for once, wherever the process dies', async () => {
    const shops = await stoppedEverywhere(
      () => placedWith('sms'),
      async (shop) => {
        await shop.run('notification')
        for (let pass = 0; pass < 3; pass += 1) {
          // Longer than an intent is put off at most.
          shop.advance(61 * minute)
          await shop.pass()
        }
      },
    )
    expect(shops.length).to.be.greaterThan(3)
    for (const shop of shops) {
      expect(shop.sent).to.deep.equal([])
      // The order expires meanwhile, which is another message.
      const received = shop.sentSms.filter(({ text }) => text.startsWith('We have received'))
      expect(new Set(received.map(({ messageId }) => messageId)).size).to.equal(1)
      expect(outcomes(shop).filter((outcome) => outcome.includes('received'))).to.deep.equal([
        'NotificationRequested received sms',
        'NotificationSent received sms',
      ])
    }
  })
})

describe('a message without a definite answer', () => {
  it('is tried again: an SMS is looked for first', async () => {
    const shop = await placedWith('sms')
    shop.troubles.push(new OutcomeUnknown('no answer'))
    await shop.run('notification')
    expect(shop.sentSms).to.deep.equal([])
    shop.advance(minute)
    await shop.pass()
    expect(shop.sentSms.map(({ mayHaveBeenSent }) => mayHaveBeenSent)).to.deep.equal([true])
  })

  it('is over when it was refused, and the reason is written down', async () => {
    const shop = await placedWith('email')
    shop.troubles.push(new MailRefused('550', { reason: 'address_refused_550' }))
    await shop.run('notification')
    expect(shop.ofStream(notification)[0]).to.include({ reason: 'address_refused_550', channel: 'email' })
    const other = await placedWith('sms')
    other.troubles.push(new SmsRefused('21610', { reason: 'refused_21610' }))
    await other.run('notification')
    expect(other.ofStream(notification).at(-1)).to.include({ reason: 'refused_21610', channel: 'sms' })
  })
})

describe('a message that is sent once more', () => {
  it('goes out under a Message-ID of its own, to the same address and by the same channel alone', async () => {
    const shop = await placedWith('email')
    shop.troubles.push(new MailRefused('550'))
    await shop.run('notification')
    const { key } = shop.last('NotificationFailed').data as { key: string }
    const again = { type: 'ResendNotification', orderId, key, resendId: '1' } as const
    await shop.commands.handle(notificationDecider, notification, again, shop.context())
    await shop.run('notification')
    expect(shop.sent.map(({ to, subject }) => [to, subject])).to.deep.equal([
      ['ann@mail.example', 'We have received your order ABC1234567'],
    ])
    expect(outcomes(shop)).to.deep.equal([
      'NotificationFailed received email',
      'NotificationRequested received email',
      'NotificationSent received email',
    ])
    expect(shop.last('NotificationSent').data).to.include({ key: `${key}:1` })
    await shop.commands.handle(notificationDecider, notification, { ...again, resendId: '2' }, shop.context())
    await shop.run('notification')
    expect(new Set(shop.sent.map(({ messageId }) => messageId)).size).to.equal(2)
    expect([shop.sent.length, shop.sentSms.length, shop.failures]).to.deep.equal([2, 0, []])
  })
})
