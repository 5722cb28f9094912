// `npm run bench:consumer`: what a delivery to the four groups costs, as the processors consume and as the client alone would, in turn,
// event store and consumers in processes of their own.
import { cpus, loadavg } from 'node:os'
import Table from 'cli-table3'
import { Command, InvalidArgumentError } from 'commander'
import { median } from 'eventstoredb-compatible-server/source/bench/statistics'
import { connectEventStore } from '../../infrastructure/event-store/adapter.ts'
import { startEventStoreProcess } from '../event-store-process.ts'
import { measure, type Measured } from './measure.ts'

const count = (text: string): number => {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('give a whole number')
  return value
}

const options = new Command('npm run bench:consumer --')
  .description(
    'Measures what consuming the log of paid orders costs: as the shop does it, as a textbook would, and with the bare client.',
  )
  .option('--orders <n>', 'orders a round', count, 200)
  .option('--rounds <n>', 'rounds of each, after one to warm up', count, 5)
  .option('--rate <n>', 'orders a second that come while they are consumed; 0: they are there already', count, 0)
  .option('--handler-ms <n>', 'how long a handler waits for something', count, 1)
  .option(
    '--ways <names>',
    'shop, textbook, bare; or folders of other checkouts, measured as shop',
    (text) => text.split(','),
    ['shop', 'textbook', 'bare'],
  )
  .option('--profile <folder>', 'writes CPU profiles of all processes there')
  .option('--json', 'the figures as JSON')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .parse()
  .opts<{
    orders: number
    rounds: number
    rate: number
    handlerMs: number
    ways: string[]
    profile?: string
    json?: true
  }>()

const { orders, rounds, rate, handlerMs, ways, profile } = options
const say = (line: string): void => {
  if (options.json !== true) process.stdout.write(`${line}\n`)
}
const spread = (values: readonly number[], digits: number): string =>
  values.length === 0
    ? '–'
    : `${median(values).toFixed(digits)} (${Math.min(...values).toFixed(digits)}–${Math.max(...values).toFixed(digits)})`

/** Round by round, against the first. */
const ratios = ({ rounds: own }: Measured, { rounds: first }: Measured): readonly number[] =>
  own.map(({ perSecond }, round) => (first[round]?.perSecond ?? Number.NaN) / perSecond)

const server = await startEventStoreProcess(
  ['--port', '0', '--memory'],
  profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`],
)
const store = await connectEventStore({ url: server.url })
try {
  const load = (): string =>
    loadavg()
      .map((value) => value.toFixed(1))
      .join(' ')
  say(
    `${cpus().length} cores, Node ${process.version}, ${orders} orders a round, handlers of ${handlerMs} ms, load ${load()}`,
  )
  const measured = await measure({
    store,
    url: server.url,
    storePid: server.pid,
    orders,
    rounds,
    rate,
    handlerMs,
    ways,
    profile,
    say,
  })
  const [first] = measured
  if (options.json === true) {
    process.stdout.write(
      `${JSON.stringify({ cores: cpus().length, node: process.version, load: load(), orders, rate, handlerMs, measured }, null, 2)}\n`,
    )
  } else if (first !== undefined) {
    const table = new Table({
      head: ['', 'deliveries/s', 'consumer µs each', 'store µs each', `${first.way} against it`],
      style: { head: [], border: [] },
    })
    for (const one of measured) {
      const stores = one.rounds.flatMap(({ storeUs }) => (storeUs === undefined ? [] : [storeUs]))
      table.push([
        one.way,
        spread(
          one.rounds.map(({ perSecond }) => perSecond),
          0,
        ),
        spread(
          one.rounds.map(({ consumerUs }) => consumerUs),
          1,
        ),
        spread(stores, 1),
        spread(ratios(one, first), 2),
      ])
    }
    say(table.toString())
    say(`load at the end ${load()}`)
  }
} finally {
  await store.dispose()
  await server.stop()
}
