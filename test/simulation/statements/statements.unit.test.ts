import { expect } from 'chai'
import type { OrderPlaced } from '../../../domain/orders/order.ts'
import type { ShopEvent } from '../../../domain/registry.ts'
import { paymentFailed } from '../../specifications/payment-events.ts'
import { simulate } from '../simulate.ts'
import { checkLog } from './check-log.ts'
import type { Post, Quiet } from './statement.ts'
import type { Log } from './log.ts'

/** What has to have happened, so that each way of tampering finds something to tamper with. */
const needed: readonly ShopEvent['type'][] = [
  'LatePaymentDetected',
  'StockCommitted',
  'StockReleased',
  'OrderDelivered',
  'InventoryReservationFailed',
]
const mostSeeds = 100
let logs: readonly Log[] = []

/** The numbers of the statements that do not hold for one of the logs, once it has been tampered with. */
const broken = (tamper: (log: Log) => Log, given: Omit<Quiet, 'events' | 'standings'> = {}): readonly number[] =>
  [
    ...new Set(logs.flatMap((log) => checkLog({ ...given, events: tamper(log) })).map(({ statement }) => statement)),
  ].sort((a, b) => a - b)

const without =
  (...types: readonly ShopEvent['type'][]) =>
  (log: Log): Log =>
    log.filter(({ event }) => !types.includes(event.type))
const twice =
  (type: ShopEvent['type']) =>
  (log: Log): Log =>
    log.flatMap((recorded) => (recorded.event.type === type ? [recorded, recorded] : [recorded]))
const changed =
  (change: (event: ShopEvent) => ShopEvent) =>
  (log: Log): Log =>
    log.map((recorded) => ({ ...recorded, event: change(recorded.event) }))
const unchanged = (log: Log): Log => log

const placed = (): OrderPlaced => {
  const found = logs.flat().find(({ event }) => event.type === 'OrderPlaced')?.event
  if (found?.type !== 'OrderPlaced') throw new Error('nobody has ordered anything')
  return found
}
const post = (answer: Post['answer'], more: Partial<Post> = {}): Post => ({
  customerId: placed().customerId,
  key: 'first',
  requestHash: 'hash',
  startedAt: 1,
  endedAt: 2,
  answer,
  ...more,
})
const accepted = (change: Partial<OrderPlaced> = {}): Post['answer'] => ({
  kind: 'accepted',
  placed: { ...placed(), ...change },
  position: '1',
})

describe('statements about a log', function () {
  this.timeout(60_000)
  before(async () => {
    const found: Log[] = []
    const missing = new Set(needed)
    for (let seed = 1; missing.size > 0; seed += 1) {
      if (seed > mostSeeds) throw new Error(`no run had ${[...missing].join(', ')}`)
      const { log } = await simulate({ seed })
      const before = missing.size
      for (const { event } of log) missing.delete(event.type)
      if (missing.size < before) found.push(log)
    }
    logs = found
  })

  it('hold for what the simulation wrote', () => expect(broken(unchanged)).to.deep.equal([]))

  it('1: stock that never came', () => expect(broken(without('StockReceived'))).to.include(1))
  it('2: another amount than the price', () =>
    expect(
      broken(changed((event) => (event.type === 'PaymentSucceeded' ? { ...event, amount: event.amount + 1 } : event))),
    ).to.include(2))
  it('2: a charge that only the provider knows', () =>
    expect(
      broken(unchanged, {
        books: {
          captures: [{ orderId: placed().orderId, providerPaymentId: 'unheard of', amount: 1, currency: 'EUR' }],
          refunds: [],
          disputes: [],
          asked: [],
        },
      }),
    ).to.include(2))
  it('2: a charge that was asked for twice', () => {
    const { orderId } = placed()
    const books = { captures: [], refunds: [], disputes: [], asked: [orderId, orderId] }
    const asked = (undisturbed: boolean) =>
      checkLog({ events: [], books, undisturbed }).map(({ statement }) => statement)
    expect([asked(true), asked(false)]).to.deep.equal([[2], []])
  })
  it('2: a charge said to be off that the provider has, and was not asked about', () => {
    const off = paymentFailed('cancelled')
    const events = logs.flatMap(([any]) => (any === undefined ? [] : [{ ...any, event: off }])).slice(0, 1)
    const isWrong = (asked: readonly string[], cancelled: readonly string[]) =>
      checkLog({ events, books: { captures: [], refunds: [], disputes: [], asked, cancelled } }).some(
        ({ statement }) => statement === 2,
      )
    const { orderId, paymentId } = off
    expect([isWrong([orderId], []), isWrong([orderId], [paymentId]), isWrong([], [])]).to.deep.equal([
      true,
      false,
      false,
    ])
  })
  it('3: stock that a closed order does not give back', () => expect(broken(without('StockReleased'))).to.include(3))
  it('3: money that came late and is not noted', () => expect(broken(without('LatePaymentDetected'))).to.include(3))
  it('4: confirmed without a payment', () => expect(broken(without('PaymentSucceeded'))).to.include(4))
  it('4: confirmed without stock', () => expect(broken(without('StockReserved'))).to.include(4))
  it('5: an order placed twice', () => expect(broken(twice('OrderPlaced'))).to.include(5))
  it('5: an order that nobody decides', () =>
    expect(broken(without('OrderConfirmed', 'OrderShipped', 'OrderDelivered'))).to.include(5))
  it('5: an order that is decided too late', () =>
    expect(broken(unchanged, { decidedBy: () => new Date(0) })).to.include(5))
  it('5: an accepted POST without an order', () =>
    expect(broken(without('OrderPlaced'), { posts: [post(accepted())] })).to.include(5))
  it('5: a message that nobody sends', () =>
    expect(broken(without('NotificationSent', 'NotificationFailed'))).to.include(5))
  it('7: a message with two outcomes', () => expect(broken(twice('NotificationSent'))).to.include(7))
  it('7: a message that nothing calls for', () => expect(broken(without('OrderConfirmed'))).to.include(7))
  it('7: a message asked for twice', () => {
    const asked = (log: Log): Log =>
      log.flatMap((recorded) => {
        const { event } = recorded
        if (event.type !== 'NotificationSent') return [recorded]
        const { providerMessageId: _, ...owed } = event
        const request = { ...recorded, event: { ...owed, type: 'NotificationRequested' } } as const
        return [request, request, recorded]
      })
    expect(broken(asked)).to.include(7)
  })
  describe('7: what is sent once more, by another channel, or comes back', () => {
    /** Behind a message of the log that was sent, of which nothing came after that, come these. */
    const behindOne =
      (...more: readonly ((sent: Sent) => ShopEvent)[]) =>
      (log: Log): Log => {
        const about = (key: string) => log.filter(({ event }) => 'key' in event && event.key.startsWith(key))
        const at = log.findIndex(({ event }) => event.type === 'NotificationSent' && about(event.key).length === 1)
        return log.flatMap((recorded, place) => {
          const { event } = recorded
          if (place !== at || event.type !== 'NotificationSent') return [recorded]
          return [recorded, ...more.map((make) => ({ ...recorded, event: make(event) }))]
        })
      }
    type Sent = Extract<ShopEvent, { type: 'NotificationSent' }>
    const resendId = '77777777-7777-4777-8777-777777777777'
    const requested =
      (key: (sent: Sent) => string) =>
      (sent: Sent): ShopEvent => {
        const { providerMessageId: _, ...owed } = sent
        return { ...owed, key: key(sent), type: 'NotificationRequested' }
      }
    const again = requested(({ key }) => `${key}:${resendId}`)
    const sentAgain = (sent: Sent): ShopEvent => ({ ...sent, key: `${sent.key}:${resendId}` })
    const bounced = (sent: Sent): ShopEvent => {
      const { providerMessageId: _, ...owed } = sent
      return { ...owed, type: 'NotificationFailed', reason: 'bounced: 5.1.1' }
    }

    it('once for each wish, and bounced once', () =>
      expect(broken(behindOne(again, sentAgain, bounced))).not.to.include(7))
    it('not twice for one wish', () => expect(broken(behindOne(again, again, sentAgain))).to.include(7))
    it('not under a key that is no wish', () =>
      expect(broken(behindOne(requested(({ key }) => `${key}:`)))).to.include(7))
    it('not bounced twice', () => expect(broken(behindOne(bounced, bounced))).to.include(7))
  })
  it('7: a message that was never sent', () => expect(broken(unchanged, { messages: [] })).to.include(7))
  it('8: a row that is not the fold', () =>
    expect(broken(unchanged, { tables: new Map([['stock', new Map()]]) })).to.include(8))
  it('9: an event without its cause', () => expect(broken(without('InventoryReserved'))).to.include(9))
  it('10: stock that was shipped and not taken', () => expect(broken(without('StockCommitted'))).to.include(10))
  it('11: a shortage of what was there', () => {
    const less = changed((event) =>
      event.type === 'InventoryReservationFailed'
        ? {
            ...event,
            shortages: event.shortages.map((shortage) => ({
              ...shortage,
              available: shortage.available + 100,
              wanted: shortage.wanted + 100,
            })),
          }
        : event,
    )
    expect(broken(less)).to.include(11)
  })
  it('11: a refund that was said to be tried again, and was not', () => {
    const answer = { type: 'RetryRefund', orderId: placed().orderId, refundId: 'full', attempt: 1 } as const
    expect(broken(unchanged, { operatorAnswers: [answer] })).to.include(11)
  })

  it('12: a charge that the order does not keep', () => {
    const again = (recorded: Log[number]): Log =>
      recorded.event.type === 'PaymentSucceeded'
        ? [recorded, { ...recorded, event: { ...recorded.event, providerPaymentId: 'another' } }]
        : [recorded]
    expect(broken((log) => log.flatMap(again))).to.include(12)
  })

  describe('6: one answer for a key', () => {
    it('another answer', () =>
      expect(broken(unchanged, { posts: [post(accepted()), post(accepted({ total: 1 }))] })).to.include(6))
    it('another request accepted', () =>
      expect(broken(unchanged, { posts: [post(accepted()), post(accepted(), { requestHash: 'other' })] })).to.include(
        6,
      ))
    it('refused after it was accepted', () =>
      expect(
        broken(unchanged, {
          posts: [post(accepted()), post({ kind: 'refused', code: 'price_changed' }, { startedAt: 3, endedAt: 4 })],
        }),
      ).to.include(6))
    it("somebody else's order", () =>
      expect(broken(unchanged, { posts: [post(accepted(), { customerId: 'stranger' })] })).to.include(6))
    it('the same again', () =>
      expect(broken(unchanged, { posts: [post(accepted()), post(accepted())] })).not.to.include(6))
  })
})
