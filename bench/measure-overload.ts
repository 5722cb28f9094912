import { developmentToken } from '../embedded/shop/token.ts'
import type { BenchShop } from './bench-shop.ts'
import { watchDecisions } from './decisions.ts'
import { goodsOf, orderOf } from './goods.ts'
import { openLoop } from './open-loop.ts'
import type { BenchOptions } from './options.ts'
import { orderLifeCycles } from './order-life-cycles.ts'
import { untilQuiet } from './quiet.ts'

export type OverloadFigures = {
  /** Confirmed orders a second when no more come than are completed, round by round. */
  readonly peak: readonly number[]
  /** Confirmed orders a second while four times as many are sent. */
  readonly goodput: readonly number[]
  readonly ratios: readonly number[]
  /** Sent a second, as the driver managed it; and of those sent, the parts that were accepted and refused. */
  readonly sent: readonly number[]
  readonly acceptedShare: readonly number[]
  readonly refusedShare: readonly number[]
  /** Orders that were cancelled or rejected, though they could all be paid. */
  readonly lost: readonly number[]
  /** The driver's part of the CPU time of one core while it sends. */
  readonly driverShare: readonly number[]
}

const times = 4
const seconds = 15
/** So that the peak is one: more at once than the other measurements have. */
const peakConcurrency = 32
/** Rounds at the peak before those that count. */
const warmUps = 2

/** How much is still completed when far more is asked for than can be. */
export const measureOverload = async (
  { shop }: BenchShop,
  run: string,
  { orders, rounds }: Pick<BenchOptions, 'orders' | 'rounds'>,
  say: (line: string) => void,
): Promise<OverloadFigures> => {
  const { wide: skus } = goodsOf(run)
  const figures = {
    peak: [],
    goodput: [],
    ratios: [],
    sent: [],
    acceptedShare: [],
    refusedShare: [],
    lost: [],
    driverShare: [],
  } as { -readonly [Name in keyof OverloadFigures]: number[] }
  const authorization = `Bearer ${developmentToken(shop.secrets, { sub: `bench-${run}-overload`, role: 'customer' })}`
  const atPeak = async (name: string) =>
    (await orderLifeCycles(shop, { name: `${run}-${name}`, skus, orders, concurrency: peakConcurrency })).perSecond
  for (let time = 1; time <= warmUps; time += 1) await atPeak(`peak-warm-up-${time}`)
  for (let round = 1; round <= rounds; round += 1) {
    // Until nothing of an earlier overload is refused any more.
    if (round > 1) await atPeak(`peak-again-${round}`)
    const peak = await atPeak(`peak-${round}`)
    await untilQuiet(shop)
    const decisions = await watchDecisions(shop)
    const cpuBefore = process.cpuUsage()
    const sending = openLoop(shop.urls.commandApi, { perSecond: times * peak, seconds }, (index) => ({
      method: 'POST',
      path: '/v1/orders',
      headers: { authorization, 'idempotency-key': `${run}-overload-${round}-${index}` },
      body: orderOf(skus, index),
    }))
    // Only what is confirmed while they come: afterwards it would be no overload.
    const confirmed = await new Promise<number>((resolve) => {
      setTimeout(() => resolve(decisions.count('OrderConfirmed')), seconds * 1_000)
    })
    const { user, system } = process.cpuUsage(cpuBefore)
    const { statuses, perSecond: sent } = await sending
    await untilQuiet(shop)
    const all = [...statuses.values()].reduce((sum, one) => sum + one, 0)
    const goodput = confirmed / seconds
    figures.peak.push(peak)
    figures.goodput.push(goodput)
    figures.ratios.push(goodput / peak)
    figures.sent.push(sent)
    figures.acceptedShare.push((statuses.get(201) ?? 0) / all)
    figures.refusedShare.push((statuses.get(503) ?? 0) / all)
    figures.lost.push(decisions.count('OrderCancelled') + decisions.count('OrderRejected'))
    figures.driverShare.push((user + system) / 1e6 / seconds)
    await decisions.stop()
    say(
      `round ${round}: at most ${peak.toFixed(1)} orders a second; ${goodput.toFixed(1)} when ${sent.toFixed(0)} are sent; answers: ${[...statuses].map(([status, count]) => `${count} × ${status}`).join(', ')}`,
    )
  }
  return figures
}
