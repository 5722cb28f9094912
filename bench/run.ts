// `npm run bench`: order life cycles a second, against bare appends to the same store, in turn (A B A B …).
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import Table from 'cli-table3'
import { Command, InvalidArgumentError } from 'commander'
import { removePostgresData } from '../embedded/postgres.ts'
import { freePort } from '../embedded/shop/ports.ts'
import { portVariables, type Listener, type Ports } from '../embedded/shop/settings.ts'
import { startShop } from '../embedded/shop/shop.ts'
import { chosenEventStore } from '../test/support/chosen-event-store.ts'
import { startServerByCommand } from '../test/support/server-command.ts'
import { bareAppends } from './bare-appends.ts'
import { orderLifeCycles, stockUp, type LifeCycles } from './order-life-cycles.ts'
import { median, percentile } from './statistics.ts'

const positive = (text: string): number => {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('give a whole number above 0')
  return value
}

const options = new Command('npm run bench --')
  .description('Measures order life cycles (POST to confirmed to visible) with all processes on this machine.')
  .option('--orders <n>', 'orders a round', positive, 300)
  .option('--concurrency <n>', 'orders under way at once', positive, 16)
  .option('--rounds <n>', 'rounds of each', positive, 3)
  .option('--json', 'the figures as JSON')
  .addHelpText('after', `
EVENTSTORE_URL=<connection string> measures with that event store, EVENTSTORE_COMMAND='<server> … {port} … {data}' with one that is started
by the command (docs/real-servers.md); without them it is the embedded one.`)
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .parse()
  .opts<{ orders: number; concurrency: number; rounds: number; json?: true }>()

const run = randomBytes(3).toString('hex').toUpperCase()
const data = mkdtempSync(join(tmpdir(), 'bench-'))
const ports: Record<string, number> = {}
for (const listener of Object.keys(portVariables) as Listener[]) ports[listener] = await freePort()

const chosen = chosenEventStore(process.env)
const server = chosen.kind === 'command' ? await startServerByCommand(chosen.command) : undefined
const shop = await startShop({
  data,
  // Every listener has its port, by the loop above.
  ports: ports as Ports,
  environment: { ...process.env, ...(server === undefined ? {} : { EVENTSTORE_URL: server.url }), RATE_LIMIT_PER_SECOND: '100000', RATE_LIMIT_BURST: '100000' },
  onDeath: ({ name, how }) => process.stderr.write(`${name} died: ${how}\n`),
})
try {
  await shop.untilReady()
  await stockUp(shop, run)
  const { orders, concurrency, rounds } = options
  const say = (line: string): void => { if (!options.json) process.stdout.write(`${line}\n`) }
  say(`${cpus().length} cores, Node ${process.version}, ${orders} orders a round, ${concurrency} at once`)
  await orderLifeCycles(shop, run, 'warm-up', Math.min(orders, 50), concurrency)
  await bareAppends(shop.eventStoreUrl, Math.min(orders, 50), concurrency)
  const cycles: LifeCycles[] = []
  const bare: number[] = []
  for (let round = 1; round <= rounds; round += 1) {
    cycles.push(await orderLifeCycles(shop, run, String(round), orders, concurrency))
    bare.push(await bareAppends(shop.eventStoreUrl, orders, concurrency))
    say(`round ${round}: ${cycles.at(-1)?.perSecond.toFixed(1)} order life cycles a second; bare appends would allow ${bare.at(-1)?.toFixed(1)}`)
  }
  const rates = cycles.map(({ perSecond }) => perSecond)
  const confirmedMs = cycles.flatMap((round) => round.confirmedMs)
  const visibleMs = cycles.flatMap((round) => round.visibleMs)
  const ratios = rates.map((rate, index) => rate / (bare[index] ?? Number.NaN))
  const figures = {
    cores: cpus().length, node: process.version, orders, concurrency, rounds,
    lifeCyclesPerSecond: { median: median(rates), all: rates },
    bareAppendsOrdersPerSecond: { median: median(bare), all: bare },
    ratio: { median: median(ratios), all: ratios },
    postToConfirmedMs: { p50: percentile(confirmedMs, 0.5), p99: percentile(confirmedMs, 0.99) },
    postToVisibleMs: { p50: percentile(visibleMs, 0.5), p99: percentile(visibleMs, 0.99) },
  }
  if (options.json) {
    process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`)
  } else {
    const table = new Table({ head: ['order life cycles/s', 'bare appends (orders/s)', 'ratio', 'POST→confirmed p50/p99', 'POST→visible p50/p99'], style: { head: [], border: [] } })
    const spread = (values: readonly number[], digits: number): string =>
      `${median(values).toFixed(digits)} (${Math.min(...values).toFixed(digits)}–${Math.max(...values).toFixed(digits)})`
    table.push([
      spread(rates, 1), spread(bare, 1), spread(ratios, 2),
      `${figures.postToConfirmedMs.p50} / ${figures.postToConfirmedMs.p99} ms`,
      `${figures.postToVisibleMs.p50} / ${figures.postToVisibleMs.p99} ms`,
    ])
    say(table.toString())
  }
} finally {
  await shop.stop()
  await server?.close()
  await removePostgresData(join(data, 'postgres'))
  rmSync(data, { recursive: true, force: true })
}
