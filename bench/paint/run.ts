// `npm run bench:paint`: how long the console takes to show the list of orders, and an order, in a browser that has nothing of it yet.
import { randomBytes } from 'node:crypto'
import { cpus, loadavg } from 'node:os'
import { Command } from 'commander'
import { positive } from 'eventstoredb-compatible-server/source/bench/positive'
import { spread } from 'eventstoredb-compatible-server/source/bench/statistics'
import type { Browser } from 'playwright-core'
import { developmentToken } from '../../embedded/shop/token.ts'
import { installedChromium, openWindow, startBrowser } from '../../test/browser/browser.ts'
import { firstPaintOf, watchFirstPaint, type FirstPaint } from '../../test/browser/first-paint.ts'
import { startBenchShop } from '../bench-shop.ts'
import { goodsOf, stockUp } from '../goods.ts'
import { orderLifeCycles } from '../order-life-cycles.ts'
import { untilQuiet } from '../quiet.ts'

const { loads, json } = new Command('npm run bench:paint --')
  .description(
    'Measures when the console has painted something, and what it was opened for, in a browser without a cache.',
  )
  .option('--loads <n>', 'times that each view is opened, in turn', positive, 15)
  .option('--json', 'the figures as JSON')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .parse()
  .opts<{ loads: number; json?: true }>()

const say = (line: string): void => {
  if (json !== true) process.stdout.write(`${line}\n`)
}
const chromium = installedChromium()
if (chromium === undefined) {
  process.stderr.write('There is no Chromium here (CHROMIUM names one elsewhere).\n')
  process.exit(2)
}

/** Each time a window of its own, and so a cache of its own. */
const load = async (browser: Browser, url: string, token: string, [hash, selector]: View): Promise<FirstPaint> => {
  const { page, context } = await openWindow(browser, url, { token })
  try {
    await watchFirstPaint(page, selector)
    await page.goto(`/${hash}`)
    return await firstPaintOf(page)
  } finally {
    await context.close()
  }
}
type View = readonly [hash: string, selector: string]

const ends: (() => Promise<unknown>)[] = []
try {
  const bench = await startBenchShop()
  const { shop } = bench
  ends.push(() => bench.stop())
  const run = randomBytes(3).toString('hex').toUpperCase()
  const goods = goodsOf(run)
  await stockUp(shop, goods)
  const { orderIds } = await orderLifeCycles(shop, { name: run, skus: goods.wide, orders: 60, concurrency: 4 })
  await untilQuiet(shop)
  const browser = await startBrowser(chromium)
  ends.push(() => browser.close())
  const token = developmentToken(shop.secrets, { sub: 'bench', role: 'operator' })
  const views: Readonly<Record<string, View>> = {
    'the list of orders, a full page': ['#/orders', 'tbody tr:nth-child(50)'],
    'an order': [`#/orders/${orderIds[0] ?? ''}`, '.step:nth-child(9)'],
  }
  const paints = new Map<string, FirstPaint[]>(Object.keys(views).map((name) => [name, []]))
  // The first of each is not counted: it is the browser that starts then.
  for (let time = 0; time <= loads; time += 1)
    for (const [name, view] of Object.entries(views)) {
      const paint = await load(browser, shop.urls.console, token, view)
      if (time > 0) paints.get(name)?.push(paint)
    }
  say(
    `${cpus().length} cores, Node ${process.version}, embedded stores, load ${loadavg()[0]?.toFixed(1)}, ${loads} loads`,
  )
  for (const [name, all] of paints) {
    const of = (which: 'paintedMs' | 'thereMs') =>
      spread(
        all.map((paint) => paint[which]),
        0,
      )
    say(`${name}: first paint ${of('paintedMs')} ms, there after ${of('thereMs')} ms`)
  }
  if (json === true) process.stdout.write(`${JSON.stringify(Object.fromEntries(paints), null, 2)}\n`)
} finally {
  for (const end of ends.reverse()) await end()
}
