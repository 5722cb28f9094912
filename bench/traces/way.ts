import { startBenchShop } from '../bench-shop.ts'
import { goodsOf, stockUp } from '../goods.ts'
import { orderLifeCycles } from '../order-life-cycles.ts'
import { untilQuiet } from '../quiet.ts'
import { between, costsSoFar } from '../shop-costs.ts'
import { warmUp } from '../warm-up.ts'

/** `off`, or of how many orders the traces are kept. */
export type Rate = 'off' | number

/** Those that make spans; what the stores do is the same in any case. */
const traced = ['command-api', 'read-api', 'processors', 'projections'] as const

export type WayOptions = { readonly run: string; readonly orders: number; readonly concurrency: number }

/** A shop that traces so many of its orders; a round answers the CPU milliseconds an order, of its own processes together. */
export const startWay = async (rate: Rate, sink: string, { run, orders, concurrency }: WayOptions) => {
  const bench = await startBenchShop(
    rate === 'off'
      ? { OTEL_EXPORTER_OTLP_ENDPOINT: '' }
      : {
          OTEL_EXPORTER_OTLP_ENDPOINT: sink,
          OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
          OTEL_TRACES_SAMPLER_ARG: String(rate),
        },
  )
  const { shop } = bench
  try {
    const goods = goodsOf(run)
    await stockUp(shop, goods)
    const round = async (name: string): Promise<number> => {
      await untilQuiet(shop)
      const before = await costsSoFar(shop)
      await orderLifeCycles(shop, { name: `${run}-${name}`, skus: goods.wide, orders, concurrency })
      await untilQuiet(shop)
      const costs = between(before, await costsSoFar(shop), orders)
      return traced.reduce((sum, process) => sum + (costs.get(process)?.cpuMs ?? Number.NaN), 0)
    }
    return {
      rate,
      round,
      warmUp: () => warmUp((window) => round(`warm-up-${window}`)),
      stop: () => bench.stop(),
    }
  } catch (error) {
    await bench.stop()
    throw error
  }
}
