import { setTimeout as delay } from 'node:timers/promises'
import { readTable } from '../test/budget/table.ts'
import { bareAppends } from './bare-appends.ts'
import type { BenchShop } from './bench-shop.ts'
import type { Goods } from './goods.ts'
import type { BenchOptions } from './options.ts'
import { orderLifeCycles, type LifeCycles } from './order-life-cycles.ts'
import { untilQuiet } from './quiet.ts'
import { between, costsSoFar, memoryOf, total, type Costs } from './shop-costs.ts'
import { stepTimes, type Step } from './step-times.ts'
import { warmUp, type WarmUp } from './warm-up.ts'

export type LifeCycleFigures = {
  readonly warmUp: WarmUp
  /** By what is ordered: the two hot products, or two of fifty. */
  readonly rounds: { readonly hot: readonly LifeCycles[]; readonly wide: readonly LifeCycles[] }
  /** Orders a second, round by round. */
  readonly bareAppends: readonly number[]
  readonly eventsAnOrder: number
  readonly idleASecond: Costs
  /** Of the orders of two of fifty products. */
  readonly anOrder: Costs
  readonly driverCpuMsAnOrder: number
  /** While the last orders are still warm. */
  readonly memory: ReadonlyMap<string, number>
  /** A paid order's, as the budget counts them. */
  readonly waitsInARow: { readonly toTheAnswer: number | undefined; readonly toTheDecision: number | undefined }
  readonly steps: readonly Step[]
}

const mostOrdersOfAWindow = 100
const ordersLookedInto = 50

const driverCpuMs = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}

/** The costs of all these, added up. */
const sumOf = (parts: readonly Costs[]): Costs => {
  const names = new Set(parts.flatMap((part) => [...part.keys()]))
  return new Map(
    [...names].map((name) => [name, total(new Map(parts.map((part, index) => [String(index), part.get(name) ?? {}])))]),
  )
}

export const measureLifeCycles = async (
  { shop, bareStoreUrl }: BenchShop,
  run: string,
  goods: Goods,
  { orders, concurrency, rounds, brief }: BenchOptions,
  say: (line: string) => void,
): Promise<LifeCycleFigures> => {
  // One window makes the streams of a round known, and what is counted no less.
  const [idleSeconds, mostWindows] = brief ? [1, 1] : [5, undefined]
  const measured = async <Result>(
    work: () => Promise<Result>,
  ): Promise<{ readonly result: Result; readonly costs: Costs }> => {
    await untilQuiet(shop)
    const before = await costsSoFar(shop)
    const result = await work()
    await untilQuiet(shop)
    return { result, costs: between(before, await costsSoFar(shop), 1) }
  }

  await untilQuiet(shop)
  const beforeIdle = await costsSoFar(shop)
  await delay(idleSeconds * 1_000)
  const idle = between(beforeIdle, await costsSoFar(shop), idleSeconds)

  const windowOrders = Math.min(orders, mostOrdersOfAWindow)
  let eventsAnOrder = 0
  const warm = await warmUp(async (window) => {
    const { costs } = await measured(() =>
      orderLifeCycles(shop, {
        name: `${run}-warm-up-${window}`,
        skus: window % 2 === 0 ? goods.hot : goods.wide,
        orders: windowOrders,
        concurrency,
      }),
    )
    const { cpuMs, eventsWritten = 0 } = total(costs)
    eventsAnOrder = Math.round(eventsWritten / windowOrders)
    return cpuMs === undefined ? undefined : cpuMs / windowOrders
  }, mostWindows)
  say(
    `warmed up in ${warm.windows.length} × ${windowOrders} orders${warm.flat ? '' : ' (and was still getting quicker)'}: CPU ms an order ${warm.windows.map((ms) => ms.toFixed(0)).join(', ')}`,
  )
  const bare = () => bareAppends(bareStoreUrl, { orders, eventsEach: eventsAnOrder, concurrency })
  await bare()

  const hot: LifeCycles[] = []
  const wide: LifeCycles[] = []
  const bareRates: number[] = []
  const costs: Costs[] = []
  let memory: ReadonlyMap<string, number> = new Map()
  let driver = 0
  for (let round = 1; round <= rounds; round += 1) {
    hot.push(await orderLifeCycles(shop, { name: `${run}-hot-${round}`, skus: goods.hot, orders, concurrency }))
    const one = await measured(async () => {
      const before = driverCpuMs()
      const cycles = await orderLifeCycles(shop, {
        name: `${run}-wide-${round}`,
        skus: goods.wide,
        orders,
        concurrency,
      })
      driver += driverCpuMs() - before
      memory = memoryOf(shop)
      return cycles
    })
    wide.push(one.result)
    costs.push(one.costs)
    bareRates.push(await bare())
    const [ofHot = 0, ofWide = 0, ofBare = 0] = [hot.at(-1)?.perSecond, wide.at(-1)?.perSecond, bareRates.at(-1)]
    say(
      `round ${round}: ${ofHot.toFixed(1)} order life cycles a second of two hot products, ${ofWide.toFixed(1)} of two of fifty; bare appends would allow ${ofBare.toFixed(1)}`,
    )
  }

  const budget = readTable().get('paid')
  return {
    warmUp: warm,
    rounds: { hot, wide },
    bareAppends: bareRates,
    eventsAnOrder,
    idleASecond: idle,
    anOrder: between(new Map(), sumOf(costs), rounds * orders),
    driverCpuMsAnOrder: driver / (rounds * orders),
    memory,
    waitsInARow: {
      toTheAnswer: budget?.get('waits in a row, to the answer')?.most,
      toTheDecision: budget?.get('waits in a row, to the decision')?.most,
    },
    steps: await stepTimes(shop, wide.at(-1)?.orderIds.slice(-ordersLookedInto) ?? []),
  }
}
