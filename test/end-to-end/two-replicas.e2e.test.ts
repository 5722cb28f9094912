import { expect } from 'chai'
import { metricsOf, type Metrics } from '../../bench/metrics.ts'
import type { ShopEvent } from '../../domain/registry.ts'
import type { Recorded } from '../../infrastructure/event-store/codec.ts'
import { messageOf, usualWriting } from '../../processors/notifications/messages.ts'
import { serviceNames } from '../../processors/services.ts'
import { ordersComeToRest } from '../simulation/statements/05-orders-come-to-rest.ts'
import { checkLog } from '../simulation/statements/check-log.ts'
import { standingsOf } from '../simulation/statements/standings.ts'
import { until } from '../support/until.ts'
import { giveAgain } from './given-again.ts'
import { openLogOfShop } from './log-of-shop.ts'
import { shopStartLimitMs, startRunningShop } from './running-shop.ts'
import { rush, type Rush } from './rush.ts'
import { startSecondProcessors } from './second-processors.ts'
import type { CaughtMail, Charge } from './test-shop-client.ts'

type Log = readonly Recorded<ShopEvent>[]
type Ended = {
  readonly placed: Extract<ShopEvent, { type: 'OrderPlaced' }>
  readonly end: Extract<ShopEvent, { type: 'OrderConfirmed' | 'OrderRejected' }>
}

/** What was seen of a rush when nothing of it was left to do. `replicas`: what each has counted meanwhile. */
type Seen = {
  readonly rush: Rush
  readonly events: Log
  readonly replicas: readonly Metrics[]
  readonly mails: readonly CaughtMail[]
  readonly charges: readonly Charge[]
}

const mostReadsAnOrder = 7
/** Of what is wrong: mostly it is wrong many times. */
const mostShown = 10

/** What the process counts from now on. */
const countingFrom = async (url: string): Promise<() => Promise<Metrics>> => {
  const before = await metricsOf(url)
  return async () => {
    const now = await metricsOf(url)
    return (...asked) => now(...asked) - before(...asked)
  }
}
const sum = (replicas: readonly Metrics[], ...asked: Parameters<Metrics>): number =>
  replicas.reduce((total, counted) => total + counted(...asked), 0)

/** Each order with each of its ends: as it should be, one. */
const endsIn = (events: Log): readonly Ended[] => {
  const all = events.map(({ event }) => event)
  return all.flatMap((end) => {
    if (end.type !== 'OrderConfirmed' && end.type !== 'OrderRejected') return []
    return all.flatMap((placed) =>
      placed.type === 'OrderPlaced' && placed.orderId === end.orderId ? [{ placed, end }] : [],
    )
  })
}

/** What is there more often or less often than it should be. */
const wrongIn = (found: readonly string[], wanted: readonly string[]) => {
  const times = (all: readonly string[], what: string) => all.filter((one) => one === what).length
  return [...new Set([...wanted, ...found])]
    .map((what) => ({ what, found: times(found, what), wanted: times(wanted, what) }))
    .filter((counted) => counted.found !== counted.wanted)
    .slice(0, mostShown)
}

const rounds = [
  { title: 'in a rush on few goods', name: 'rush', waves: 6, givenAgain: false },
  { title: 'in a rush, given again what they are at', name: 'again', waves: 3, givenAgain: true },
] as const

describe('two replicas of the processors', () => {
  const ends: (() => Promise<void>)[] = []
  const seen = new Map<string, Seen>()

  before(async function () {
    this.timeout(shopStartLimitMs)
    const running = await startRunningShop()
    ends.push(() => running.stop())
    const second = await startSecondProcessors(running.shop)
    ends.push(() => second.stop())
    const log = await openLogOfShop(running.shop.eventStoreUrl)
    ends.push(() => log.close())
    const replicas = [running.shop.urls.processors, second.url]

    const observed: (Pick<Seen, 'rush' | 'replicas'> & { readonly title: string })[] = []
    for (const { title, name, waves, givenAgain } of rounds) {
      await log.untilHandled()
      const counting = await Promise.all(replicas.map(countingFrom))
      const afterWave = givenAgain ? () => giveAgain(running.shop.eventStoreUrl) : undefined
      const over = await rush(running, { name, waves, afterWave })
      await until(
        'every order has come to rest',
        async () => {
          const events = await log.read(over.keys)
          const [restless] = ordersComeToRest.whenQuiet?.({ events, standings: standingsOf(events) }) ?? []
          if (restless !== undefined) throw new Error(restless)
          return true
        },
        { everyMs: 200 },
      )
      await log.untilHandled()
      observed.push({ title, rush: over, replicas: await Promise.all(counting.map((counted) => counted())) })
    }

    // They end what they have begun: no mail and no charge comes after that.
    await Promise.all([second.stop(), running.shop.child('processors')?.stop()])
    // One that had been started again would have counted from 0.
    expect(second.deaths).to.deep.equal([])
    const [mails, charges] = await Promise.all([running.client.mails(), running.client.chargesMade()])
    for (const { title, ...one } of observed) {
      const { keys, addresses } = one.rush
      seen.set(title, {
        ...one,
        events: await log.read(keys),
        mails: mails.filter(({ to }) => to.some((address) => addresses.has(address))),
        charges: charges.filter(({ orderId }) => keys.has(orderId)),
      })
    }
  })
  after(async () => {
    for (const end of ends.reverse()) await end()
  })

  for (const { title, givenAgain } of rounds) {
    describe(title, () => {
      const look = (): Seen => {
        const one = seen.get(title)
        if (one === undefined) throw new Error('this rush has not been')
        return one
      }

      it('sell nothing that is not there, hold nothing for nobody, and tell nobody what was not so, at any event of the log', () => {
        const { events, mails, charges } = look()
        const captures = charges
          .filter(({ status }) => status === 'succeeded')
          .map(({ id, ...charge }) => ({ ...charge, providerPaymentId: id }))
        const sent = mails.map(({ messageId, receivedAt }) => ({
          messageId: messageId.replace(/^<|@.*$/g, ''),
          at: Date.parse(receivedAt),
        }))
        const violations = checkLog({
          events,
          messages: sent,
          books: { captures, refunds: [], disputes: [], asked: [] },
          undisturbed: true,
        })
        expect(violations.slice(0, mostShown)).to.deep.equal([])
      })

      it('bring every order to one end: confirmed, or rejected for want of stock', () => {
        const {
          rush: { orderIds },
          events,
        } = look()
        expect(
          wrongIn(
            endsIn(events).map(({ end }) => end.orderId),
            orderIds,
          ),
        ).to.deep.equal([])
        const reasons = endsIn(events).flatMap(({ end }) => (end.type === 'OrderRejected' ? [end.reason] : []))
        expect(new Set(reasons)).to.deep.equal(new Set(['out_of_stock']))
        expect(reasons.length).to.be.lessThan(orderIds.length)
      })

      it('write to each customer once that the order has come, and once how it has ended', () => {
        const { events, mails } = look()
        const mail = (to: string, subject: string) => `${to}: ${subject}`
        const at = new Date(0)
        const owed = endsIn(events).flatMap(({ placed, end }) =>
          [
            messageOf('received', { placed, cause: placed, at }, usualWriting),
            messageOf(
              end.type === 'OrderConfirmed' ? 'confirmed' : 'rejected',
              { placed, cause: end, at },
              usualWriting,
            ),
          ].map(({ subject }) => mail(placed.contact.email, subject)),
        )
        expect(
          wrongIn(
            mails.map(({ to, subject }) => mail(to.join(', '), subject)),
            owed,
          ),
        ).to.deep.equal([])
      })

      it('charge each confirmed order once and no other, and ask for it once', () => {
        const { events, charges, replicas } = look()
        const confirmed = endsIn(events)
          .filter(({ end }) => end.type === 'OrderConfirmed')
          .map(({ end }) => end.orderId)
        expect(
          wrongIn(
            charges.map(({ orderId }) => orderId),
            confirmed,
          ),
        ).to.deep.equal([])
        expect(sum(replicas, 'payment_provider_calls_total', { call: 'charge' })).to.equal(confirmed.length)
      })

      it('both have work from each group', () => {
        const { replicas } = look()
        const idle = replicas.map((counted) =>
          serviceNames.filter(
            (group) => counted('group_event_duration_seconds_count', { group, outcome: 'done' }) === 0,
          ),
        )
        expect(idle).to.deep.equal([[], []])
      })

      if (givenAgain) {
        it('are given more than there is in the log', () => {
          const { events, replicas } = look()
          expect(sum(replicas, 'event_store_deliveries_total')).to.be.greaterThan(serviceNames.length * events.length)
        })
      } else {
        it(`read the event store at most ${mostReadsAnOrder} times an order together`, () => {
          const {
            rush: { orderIds },
            replicas,
          } = look()
          expect(sum(replicas, 'event_store_reads_total') / orderIds.length).to.be.within(1, mostReadsAnOrder)
        })
      }
    })
  }
})
