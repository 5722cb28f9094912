import { expect } from 'chai'
import { uuidv5 } from '../../domain/shared/ids.ts'
import { streams } from '../../domain/shared/streams.ts'
import { createTurns } from '../../infrastructure/time/turns.ts'
import { createShop, groups, type Shop } from '../../test/processors/shop.ts'
import { ProviderUnavailable } from '../../infrastructure/outside/errors.ts'

const minute = 60_000
const perSecond = 2
const orders = Array.from({ length: 60 }, (_, number) => ({
  id: uuidv5(`order ${number}`),
  placedAt: number * minute,
}))

/** A shop whose follow-ups wait for their turn by its own clock, which goes on whenever all that is left is to wait. */
const shopWithTurns = () => {
  const waiting: { readonly at: number; readonly wake: () => void }[] = []
  const sleep = (milliseconds: number) =>
    new Promise<void>((wake) => {
      waiting.push({ at: shop.now().getTime() + milliseconds, wake })
    })
  const turns = createTurns(perSecond, { now: () => shop.now().getTime(), sleep })
  const shop = createShop(undefined, { turns })

  const passes = async (): Promise<void> => {
    let over = false
    const all = Promise.all(Object.values(shop.passes).map((pass) => pass())).finally(() => {
      over = true
    })
    while (!over) {
      await shop.idle()
      await new Promise((resolve) => {
        setImmediate(resolve)
      })
      const next = waiting.sort((a, b) => a.at - b.at).shift()
      if (next === undefined) continue
      shop.advance(Math.max(0, next.at - shop.now().getTime()))
      next.wake()
    }
    await all
  }
  return { shop, passes }
}

/** Gives every event to every service, and answers what they made of it. */
const givesAll = (shop: Shop) => {
  const outcomes = new Set<unknown>()
  let given = 0
  return {
    outcomes,
    handle: async (): Promise<void> => {
      for (; given < shop.store.log.length; given += 1) {
        const stored = shop.store.log[given]
        if (stored !== undefined) for (const group of groups) outcomes.add(await shop.deliver(group, stored))
      }
    },
  }
}

/** The provider is away for an hour, in which somebody orders every minute; then on until all has come to rest. */
const anHourWithoutProvider = async () => {
  const { shop, passes } = shopWithTurns()
  const start = shop.now().getTime()
  const sinceStart = () => shop.now().getTime() - start
  await shop.stock('A', orders.length)
  const provider = { ...shop.provider }
  const charged: { readonly orderId: string; readonly at: number }[] = []
  const cancelled: number[] = []
  const { outcomes, handle } = givesAll(shop)
  const away = () => sinceStart() < 60 * minute
  const refusesWhileAway =
    <Asked extends unknown[], Answer>(call: (...asked: Asked) => Promise<Answer>) =>
    async (...asked: Asked): Promise<Answer> => {
      if (away()) throw new ProviderUnavailable('connection refused')
      return call(...asked)
    }
  shop.provider.charge = refusesWhileAway((request, signal) => {
    charged.push({ orderId: request.orderId, at: sinceStart() })
    return provider.charge(request, signal)
  })
  shop.provider.lookUp = refusesWhileAway((...asked) => provider.lookUp(...asked))
  shop.provider.cancel = refusesWhileAway((...asked) => {
    cancelled.push(sinceStart())
    return provider.cancel(...asked)
  })

  for (const { id, placedAt } of orders) {
    shop.advance(Math.max(0, placedAt - sinceStart()))
    await shop.place({ A: 1 }, id)
    await handle()
    await passes()
  }
  shop.advance(Math.max(0, 60 * minute - 1 - sinceStart()))
  await handle()
  const atTheEnd = shop.store.log.length
  for (let times = 0; times < 40; times += 1) {
    shop.advance(minute)
    await passes()
    await handle()
  }
  return { shop, charged, cancelled, atTheEnd, outcomes }
}

describe('an hour without the payment provider', () => {
  let hour: Awaited<ReturnType<typeof anHourWithoutProvider>>
  before(async () => {
    hour = await anHourWithoutProvider()
  })
  const typesOf = (id: string) => hour.shop.types(streams.order(id))

  it('parks nothing and keeps no service waiting: each event is handled when it comes', () => {
    expect([...hour.outcomes].sort()).to.deep.equal(['done', 'ignored'])
    expect(hour.shop.failures).to.deep.equal([])
    expect(hour.shop.alerts).to.deep.equal([])
  })

  it('lets no order expire, and each keep what is reserved for it', () => {
    const during = hour.shop.store.log.slice(0, hour.atTheEnd).map(({ type }) => type)
    expect(during.filter((type) => type === 'InventoryReserved')).to.have.length(orders.length)
    expect(during).not.to.include('InventoryReleased')
    expect(during).not.to.include('OrderCancelled')
    for (const { id } of orders) expect(typesOf(id).at(-1)).to.equal('OrderConfirmed')
  })

  it('tells those who wait longer than their time, once each', () => {
    const late = orders.filter(({ id }) => typesOf(id).includes('OrderDelayed'))
    expect(late.map(({ id }) => id)).to.include.members(orders.slice(0, 29).map(({ id }) => id))
    for (const { id } of late) expect(typesOf(id)).to.deep.equal(['OrderPlaced', 'OrderDelayed', 'OrderConfirmed'])
    const told = hour.shop.sent.filter(({ subject }) => subject.endsWith('takes a little longer'))
    expect(told).to.have.length(late.length)
    expect(new Set(told.map(({ messageId }) => messageId)).size).to.equal(late.length)
  })

  it('charges each order once', () => {
    const keys = hour.shop.provider.charges.map(({ idempotencyKey }) => idempotencyKey)
    expect(keys).to.have.length(orders.length)
    expect(new Set(keys).size).to.equal(orders.length)
    for (const { id } of orders)
      expect(hour.shop.types(streams.payment(id))).to.deep.equal(['PaymentRequested', 'PaymentSucceeded'])
  })

  it('works off what has piled up at the pace that is set', () => {
    // To cancel at a deadline is a turn, and so is to charge.
    const times = [...hour.charged.map(({ at }) => at), ...hour.cancelled].sort((a, b) => a - b)
    for (const [place, at] of times.entries()) {
      const withinASecond = times.slice(place).filter((other) => other < at + 1_000)
      expect(withinASecond.length, `from ${at} ms on`).to.be.at.most(perSecond)
    }
    // And not below it, as long as there is enough to do.
    expect(times.filter((at) => at < (times[0] ?? 0) + 5_000)).to.have.length(perSecond * 5)
    // By the next look at its deadline, however far the follow-ups had put off the charge.
    for (const { orderId, at } of hour.charged) {
      const placedAt = orders.find(({ id }) => id === orderId)?.placedAt ?? 0
      expect(at).to.be.below(Math.max(placedAt + 32 * minute, 72 * minute))
    }
  })
})
