import { expect } from 'chai'
import { checkLog } from '../../simulation/statements/check-log.ts'
import type { Log } from '../../simulation/statements/log.ts'
import { shopStartLimitMs } from '../running-shop.ts'
import { booksOf, keptAtStripe, keptInStream } from './account-book.ts'
import { apart } from './cases/apart.ts'
import { performAll } from './perform-all.ts'
import { performApart } from './perform-apart.ts'
import type { Performance } from './performance.ts'
import { everyRow, unseen } from './rows.ts'
import { rowsSeen } from './rows-seen.ts'
import { lettersOf, untilSettled } from './settled.ts'
import { startShopAtStripe, type ShopAtStripe } from './shop-at-stripe.ts'
import { cases, waveOf } from './whole-matrix.ts'

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

/** Every case of a payment's rows, in each of these turns of the deaths, on one shop; declared inside a `describe`. */
export const paymentRows = (turns: readonly number[]): void => {
  let shop: ShopAtStripe | undefined
  let performances: readonly Performance[] = []
  let events: Log = []
  let letters: readonly unknown[] = []

  before(async function () {
    this.timeout(shopStartLimitMs + turns.length * 600_000)
    shop = await startShopAtStripe()
    for (const turn of turns) performances = [...performances, ...(await performAll(shop, waveOf(turn)))]
    performances = [...performances, ...(await performApart(shop))]
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

  for (const { says } of [...cases, ...apart]) {
    it(says, () => {
      const its = performances
        .filter(({ of }) => of.says === says)
        .map((one) => shown(one, there().orders.standing(one.scene.orderId)?.order.status))
      expect(its).not.to.have.length(0)
      expect(its.map(({ found }) => found)).to.deep.equal(its.map(({ wanted }) => wanted))
    })
  }

  it('goes through every row of what a payment can come to', () => {
    const seen = new Set(
      scenes().flatMap(({ orderId, rows, webhooks }) => {
        const told = webhooks()
        const its = events.filter(({ stream }) => stream.endsWith(`-${orderId}`) || told.has(stream))
        return [...rows, ...rowsSeen(orderId, its)]
      }),
    )
    expect([...seen].filter((row) => !everyRow.includes(row))).to.deep.equal([])
    expect(everyRow.filter((row) => !seen.has(row))).to.deep.equal(Object.keys(unseen))
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
