// `npm run bench`: what the shop does a second, each time in turn with a baseline (A B A B …), and what an order costs.
import { randomBytes } from 'node:crypto'
import { cpus } from 'node:os'
import { startBenchShop } from './bench-shop.ts'
import { goodsOf, stockUp } from './goods.ts'
import { measureLifeCycles } from './measure-life-cycles.ts'
import { measureOverload } from './measure-overload.ts'
import { measureRoutes } from './measure-routes.ts'
import { measureOneSku } from './one-sku.ts'
import { benchOptions } from './options.ts'
import { lifeCycleJson, lifeCycleReport, overloadReport, ratioJson, ratioReport } from './report.ts'

const options = benchOptions()
const { orders, concurrency, rounds, only, json } = options
const run = randomBytes(3).toString('hex').toUpperCase()
const say = (line: string): void => {
  if (!json) process.stdout.write(`${line}\n`)
}

const bench = await startBenchShop()
try {
  const goods = goodsOf(run)
  await stockUp(bench.shop, goods)
  say(`${cpus().length} cores, Node ${process.version}, ${orders} orders a round, ${concurrency} at once`)
  const lifeCycles = only.includes('life-cycles') ? await measureLifeCycles(bench, run, goods, options, say) : undefined
  const routes =
    only.includes('accepting') || only.includes('looking') ? await measureRoutes(bench, run, goods, options, say) : {}
  const oneSku = only.includes('one-sku') ? { oneSku: await measureOneSku(bench.bareStoreUrl, run, options, say) } : {}
  const ratios = { ...routes, ...oneSku }
  const overload = only.includes('overload') ? await measureOverload(bench, run, options, say) : undefined
  if (json) {
    const figures = {
      cores: cpus().length,
      node: process.version,
      orders,
      concurrency,
      rounds,
      ...(lifeCycles === undefined ? {} : { lifeCycles: lifeCycleJson(lifeCycles) }),
      ...ratioJson(ratios),
      ...(overload === undefined ? {} : { overload }),
    }
    process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`)
  } else {
    const lines = [
      ...(lifeCycles === undefined ? [] : lifeCycleReport(lifeCycles)),
      ...ratioReport(ratios),
      ...(overload === undefined ? [] : overloadReport(overload)),
    ]
    for (const line of lines) say(line)
  }
} finally {
  await bench.stop()
}
