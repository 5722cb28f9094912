import { setTimeout as delay } from 'node:timers/promises'
import { uuidv5 } from '../../domain/shared/ids.ts'
import type { TestShopClient } from '../end-to-end/test-shop-client.ts'
import type { Random } from '../simulation/random.ts'
import type { PlacedOrder } from './load.ts'
import type { ProviderUnderChaos } from './provider.ts'

export type MoneyMoves = {
  /** What becomes of an order's money after it was placed, beside what the customer does. Resolves when nothing more is to be done. */
  readonly follow: (order: PlacedOrder) => Promise<void>
  /** How often what was done, by name. */
  counts(): ReadonlyMap<string, number>
}

export type MoneyMovesOptions = {
  readonly client: Pick<TestShopClient, 'operate'>
  readonly provider: ProviderUnderChaos
  readonly random: Random
  /** From then on nobody begins anything, or waits for long. */
  readonly endsAt: number
}

type Charge = { readonly id: string; readonly left: number }

const plans = { nothing: 50, operator: 18, dashboard: 14, bank: 14, all_at_once: 4 } as const
const tries = 8
const eur = (amount: number) => ({ amount, currency: 'EUR' })

/**
 * People who move money: operators who give it back in full, in part and by line, others who do so in the provider's dashboard, customers'
 * banks who send it back again, and those who dispute. Each may be refused, or find nobody there: then it was not done.
 */
export const createMoneyMoves = ({ client, provider, random, endsAt }: MoneyMovesOptions): MoneyMoves => {
  const counts = new Map<string, number>()
  /** Whether it was done; what keeps it from that is looked at by nobody. */
  const done = async <Result>(what: string, work: () => Promise<Result>): Promise<Result | undefined> => {
    try {
      const result = await work()
      counts.set(what, (counts.get(what) ?? 0) + 1)
      return result
    } catch {
      return undefined
    }
  }
  const isOver = (): boolean => Date.now() >= endsAt
  const soon = (longestMs: number): Promise<void> => delay(random.int(100, isOver() ? 400 : longestMs))

  const paid = async (orderId: string): Promise<Charge | undefined> => {
    for (let count = 0; count < tries; count += 1) {
      const charge = await provider.chargeOf(orderId).catch(() => undefined)
      if (charge !== undefined && charge.left > 0) return charge
      if (isOver()) break
      await soon(1_500)
    }
    return undefined
  }
  const some = (left: number): number => (random.chance(0.4) ? left : random.int(1, left))

  /** Until there is a definite answer; the same again is the same refund. */
  const post = async (path: string, body: object): Promise<void> => {
    for (let count = 0; count < tries; count += 1) {
      const status = await client.operate(path, body).then(
        (answer) => answer.status,
        () => undefined,
      )
      if (status === 202) return
      // Not paid yet, as far as is known there; or nobody is there.
      if (status !== undefined && status !== 409 && status < 500) break
      await soon(1_000)
    }
    throw new Error(`${path} was not answered 202`)
  }

  /** The customer's bank sends it back. */
  const turn = async (refundId: string | undefined): Promise<void> => {
    if (refundId === undefined) return
    await soon(3_000)
    await done('a refund that had succeeded has failed', () => provider.failRefund(refundId))
  }

  const operator = async ({ orderId, lines, total }: PlacedOrder, charge: Charge, nth = 1): Promise<void> => {
    const refundId = uuidv5(`refund ${nth}`, orderId)
    const path = `/v1/orders/${orderId}/refunds`
    const line = random.pick(lines)
    const [how, what] = random.pick([
      ['in full', { amount: eur(total) }],
      ['in part', { amount: eur(random.int(1, total)) }],
      ['by line', { lines: [{ sku: line.sku, quantity: random.int(1, line.quantity) }] }],
    ] as const)
    await done(`an operator refunds ${how}`, () => post(path, { refundId, reason: 'chaos', ...what }))
    if (!random.chance(0.4)) return
    await soon(3_000)
    const made = await provider.refundOf(charge.id, refundId).catch(() => undefined)
    await turn(made)
    if (made === undefined || random.chance(0.5)) return
    await soon(2_000)
    await done('an operator tries a refund again', () => post(`${path}/${refundId}/retry`, {}))
  }

  const dashboard = async ({ id, left }: Charge): Promise<void> => {
    const made = await done('a refund in the dashboard', () => provider.refund(id, some(left)))
    if (random.chance(0.3)) await turn(made)
  }

  const bank = async ({ id, left }: Charge): Promise<void> => {
    const dispute = await done('a dispute is opened', () => provider.dispute(id, some(left)))
    const end = random.weighted({ won: 35, lost: 35, lost_then_won: 15, never: 15 })
    if (dispute === undefined || end === 'never') return
    await soon(4_000)
    const [first, ...then] = end === 'lost_then_won' ? (['lost', 'won'] as const) : [end]
    await done(`a dispute is ${first}`, () => provider.closeDispute(dispute, first))
    for (const how of then) {
      await soon(2_000)
      await done(`a dispute is ${how} after all`, () => provider.closeDispute(dispute, how))
    }
  }

  return {
    counts: () => counts,
    async follow(order) {
      const plan = random.weighted(plans)
      if (plan === 'nothing') return
      await soon(4_000)
      const charge = isOver() ? undefined : await paid(order.orderId)
      if (charge === undefined) return
      switch (plan) {
        case 'operator':
          return operator(order, charge)
        case 'dashboard':
          return dashboard(charge)
        case 'bank':
          return bank(charge)
        case 'all_at_once':
          await Promise.all([operator(order, charge), operator(order, charge, 2), dashboard(charge), bank(charge)])
      }
    },
  }
}
