import { expect } from 'chai'
import { checkLog } from '../../simulation/statements/check-log.ts'
import type { Log } from '../../simulation/statements/log.ts'
import { shopStartLimitMs } from '../running-shop.ts'
import { booksOf, keptAtStripe, keptInStream } from './account-book.ts'
import { performAll, type Performed } from './perform-all.ts'
import { performApart } from './perform-apart.ts'
import type { Performance } from './performance.ts'
import { everyRow, unseen } from './rows.ts'
import { rowsSeen } from './rows-seen.ts'
import { lettersOf, untilSettled } from './settled.ts'
import { startShopAtStripe, type ShopAtStripe } from './shop-at-stripe.ts'
import type { Programme } from './whole-matrix.ts'

/** Of what is wrong: mostly it is wrong many times. */
const mostShown = 10

/** What there is to be seen of an order's payment, and should be. */
const shown = ({ of, death, scene, failure }: Performance, status: string | undefined) => ({
  found: {
    death,
    failure: failure() instanceof Error ? String(failure()) : failure(),
    stream: scene.lines(),
    ends: status,
  },
  wanted: { death, failure: undefined, stream: of.stream, ends: of.ends },
})

/** Cases of a payment's rows, with their deaths, on one shop; declared inside a `describe`. */
export const paymentRows = ({ waves, apart, isWhole }: Programme): void => {
  let shop: ShopAtStripe | undefined
  const performed: Performed[] = []
  let performances: readonly Performance[] = []
  let events: Log = []
  let letters: readonly unknown[] = []

  before(async function () {
    this.timeout(shopStartLimitMs + (waves.length + 1) * 600_000)
    shop = await startShopAtStripe()
    for (const wave of waves) performed.push(await performAll(shop, wave))
    performances = [...performed.flatMap((one) => one.performances), ...(await performApart(shop, apart))]
    await untilSettled(shop)
    events = shop.orders.events()
    letters = await lettersOf(shop, performances)
  })
  after(() => shop?.stop())

  const there = (): ShopAtStripe => {
    if (shop === undefined) throw new Error('there is no shop')
    return shop
  }
  const scenes = () => performances.map(({ scene }) => scene)

  for (const says of new Set(
    [...waves.flatMap(({ parts }) => parts.map(({ of }) => of)), ...apart].map((of) => of.says),
  )) {
    it(says, () => {
      const its = performances
        .filter(({ of }) => of.says === says)
        .map((one) => shown(one, there().orders.standing(one.scene.orderId)?.order.status))
      expect(its).not.to.have.length(0)
      expect(its.map(({ found }) => found)).to.deep.equal(its.map(({ wanted }) => wanted))
    })
  }

  for (const [turn, { name }] of waves.entries()) {
    it(`sees its processors die where it says, in ${name}`, () => {
      const { missed = [], deaths } = performed[turn] ?? {}
      expect(missed.map(({ of, death }) => ({ of: of.says, death }))).to.deep.equal([])
      for (const [when, times] of Object.entries(deaths ?? { first: 0 })) expect(times, when).to.be.greaterThan(0)
    })
  }

  it(`goes through ${isWhole ? 'every row' : 'rows'} of what a payment can come to`, () => {
    const seen = new Set(
      scenes().flatMap(({ orderId, rows, webhooks }) => {
        const told = webhooks()
        const its = events.filter(({ stream }) => stream.endsWith(`-${orderId}`) || told.has(stream))
        return [...rows, ...rowsSeen(orderId, its)]
      }),
    )
    expect([...seen].filter((row) => !everyRow.includes(row))).to.deep.equal([])
    if (isWhole) expect(everyRow.filter((row) => !seen.has(row))).to.deep.equal(Object.keys(unseen))
    else expect(seen).not.to.have.property('size', 0)
  })

  it('is made once at Stripe, whoever has died', () => {
    const twice = performances.filter(({ scene }) => scene.made().length > 1)
    expect(twice.map(({ of, death }) => ({ of: of.says, death }))).to.deep.equal([])
  })

  it('is what Stripe has of it, to the cent', () => {
    const { stripe, orders } = there()
    const books = booksOf(stripe, scenes())
    const differences = scenes()
      .map((scene) => {
        const standing = orders.standing(scene.orderId)
        return {
          orderId: scene.orderId,
          stream: standing === undefined ? 0 : keptInStream(standing.payment),
          stripe: keptAtStripe(books, [scene]),
        }
      })
      .filter((kept) => kept.stream !== kept.stripe)
    expect(differences).to.deep.equal([])
    expect(keptAtStripe(books, scenes())).to.be.greaterThan(0)
  })

  it('leaves what must always hold as it must be, at any event of the log', () => {
    const violations = checkLog({ events, books: booksOf(there().stripe, scenes()) })
    expect(violations.slice(0, mostShown)).to.deep.equal([])
  })

  it('leaves no dead letter', () => {
    expect(letters).to.deep.equal([])
  })
}
