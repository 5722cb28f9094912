import { expect } from 'chai'
import { uuidv5 } from '../../domain/shared/ids.ts'
import { streams } from '../../domain/shared/streams.ts'
import type { CancelRequest, ChargeRequest, SoughtPayment } from '../../payment-providers/port.ts'
import { createTurns } from '../../infrastructure/time/turns.ts'
import { createShop, groups } from '../../test/processors/shop.ts'
import { connectedStripe, type ConnectedStripe } from '../../test/stripe/connected.ts'
import { untilTrue } from '../../test/support/until.ts'
import { usualDeadlines } from '../../domain/orders/deadline.ts'

const minute = 60_000
const second = 1_000
const perSecond = 0.1
/** More than are taken up in the time by which a deadline is put off. */
const orders = Array.from({ length: 80 }, (_, number) => uuidv5(`order ${number}`))
const everyMs = (60 * minute) / orders.length

/**
 * The shop's clock goes on when nothing is under way but waiting for a turn; the calls are real, to the stand-in, and so is the breaker,
 * whose pauses are short.
 */
const shopAtStripe = async () => {
  const waiting: { readonly at: number; readonly wake: () => void }[] = []
  const clock = { now: () => 0 }
  const sleep = (milliseconds: number) =>
    new Promise<void>((wake) => {
      waiting.push({ at: clock.now() + milliseconds, wake })
    })
  const shop = createShop(undefined, { turns: createTurns(perSecond, { now: () => clock.now(), sleep }) })
  clock.now = () => shop.now().getTime()
  const under = await connectedStripe({ now: () => shop.now() })
  const stripe = under.connect({ breakerPauseMs: 300 })

  /** What the follow-ups or the services ask, and when; some of it never leaves the process. */
  let underWay = 0
  const counted =
    <Asked extends unknown[], Answer>(call: (...asked: Asked) => Promise<Answer>) =>
    async (...asked: Asked): Promise<Answer> => {
      underWay += 1
      try {
        return await call(...asked)
      } finally {
        underWay -= 1
      }
    }
  shop.provider.charge = counted((request: ChargeRequest, signal: AbortSignal) =>
    stripe.charge({ ...request, method: 'pm_card_visa' }, signal),
  )
  shop.provider.cancel = counted((request: CancelRequest, signal: AbortSignal) => stripe.cancel(request, signal))
  shop.provider.lookUp = counted((sought: SoughtPayment, signal: AbortSignal) => stripe.lookUp(sought, signal))
  shop.setProvider(() => stripe.breaker())

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
      if (underWay > 0) continue
      const next = waiting.sort((a, b) => a.at - b.at).shift()
      if (next === undefined) continue
      shop.advance(Math.max(0, next.at - shop.now().getTime()))
      next.wake()
    }
    await all
  }
  return { shop, under, stripe, passes }
}

const outage = async () => {
  const { shop, under, stripe, passes } = await shopAtStripe()
  const start = shop.now().getTime()
  const since = () => shop.now().getTime() - start
  const outcomes = new Set<unknown>()
  const states = new Set<string>()
  let given = 0
  const handle = async () => {
    for (; given < shop.store.log.length; given += 1) {
      const stored = shop.store.log[given]
      if (stored !== undefined) for (const group of groups) outcomes.add(await shop.deliver(group, stored))
    }
  }
  await shop.stock('A', orders.length)
  under.stripe.fail('drop', { times: Infinity })
  for (const [number, id] of orders.entries()) {
    shop.advance(Math.max(0, number * everyMs - since()))
    await shop.place({ A: 1 }, id)
    await handle()
    await passes()
    states.add(stripe.breaker())
  }
  await handle()
  const during = shop.store.log.map(({ type }) => type)
  const seenBefore = under.stripe.seen().length
  under.stripe.mend()
  await untilTrue('it would try again', () => stripe.breaker() !== 'open', { everyMs: 10 })
  const backAt = since()
  const wire: { readonly path: string; readonly at: number }[] = []
  const unseen = () => under.stripe.seen().slice(seenBefore + wire.length)
  const note = () => {
    for (const { method, path } of unseen()) wire.push({ path: `${method} ${path.split('?')[0]}`, at: since() })
  }
  const advance = shop.advance
  shop.advance = (milliseconds) => {
    note()
    advance(milliseconds)
  }
  const isOver = () => orders.every((id) => shop.types(streams.order(id)).at(-1) === 'OrderConfirmed')
  for (let times = 0; times < 600 && !isOver(); times += 1) {
    shop.advance(second)
    await passes()
    await handle()
  }
  note()
  return { shop, under, outcomes, states, during, wire, backAt, restedAt: since() }
}

describe('an hour without Stripe, over HTTP', () => {
  let hour: Awaited<ReturnType<typeof outage>>
  let under: ConnectedStripe | undefined
  before(async function () {
    this.timeout(60_000)
    hour = await outage()
    under = hour.under
  })
  after(() => under?.close())

  it('opens the breaker, parks nothing, and releases no reservation', () => {
    expect([...hour.states]).to.include('open')
    expect([...hour.outcomes].sort()).to.deep.equal(['done', 'ignored'])
    expect(hour.shop.failures).to.deep.equal([])
    expect(hour.during.filter((type) => type === 'InventoryReserved')).to.have.length(orders.length)
    expect(hour.during).not.to.include('InventoryReleased')
    expect(hour.during).not.to.include('OrderCancelled')
  })

  it('ends with every order paid, once, and each who was told of the delay told once', () => {
    for (const id of orders) {
      const types = hour.shop.types(streams.order(id))
      expect(types.filter((type) => type !== 'OrderDelayed')).to.deep.equal(['OrderPlaced', 'OrderConfirmed'])
      expect(types.filter((type) => type === 'OrderDelayed').length).to.be.at.most(1)
    }
    expect(hour.during).to.include('OrderDelayed')
    const told = hour.shop.sent.filter(({ subject }) => subject.endsWith('takes a little longer'))
    expect(told).to.have.length(hour.shop.store.log.filter(({ type }) => type === 'OrderDelayed').length)
    const made = hour.under.stripe.intents.all()
    expect(made.filter(({ status }) => status === 'succeeded')).to.have.length(orders.length)
    expect(made).to.have.length(orders.length)
  })

  it('is worked off at the pace that is set, counted at the wire, and hardly anything is looked for', () => {
    const charges = hour.wire.filter(({ path }) => path === 'POST /v1/payment_intents').map(({ at }) => at)
    expect(charges.length).to.be.at.least(orders.length)
    for (const [place, at] of charges.entries()) {
      const withinAStep = charges.slice(place).filter((other) => other < at + 60 * second).length
      expect(withinAStep, `from ${at} ms on`).to.be.at.most(60 * perSecond + 1)
    }
    const needed = (orders.length / perSecond) * second
    expect(needed, 'more than one step of a deadline').to.be.above(usualDeadlines.postponeBy)
    expect(hour.restedAt - hour.backAt).to.be.below(needed * 1.2)
    const looks = hour.wire.filter(({ path }) => path.startsWith('GET'))
    expect(looks.length).to.be.below(orders.length / 2)
  })
})
