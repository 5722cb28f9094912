// `npm run bench:consumer`: what a delivery to the four groups costs, as the processors consume and as the client alone would, in turn,
// event store and consumers in processes of their own.
import { cpus, loadavg } from 'node:os'
import { EventStoreDBClient } from '@eventstore/db-client'
import { Command, InvalidArgumentError } from 'commander'
import { connectEventStore } from '../../infrastructure/event-store/adapter.ts'
import { startEventStoreProcess } from '../event-store-process.ts'
import { serviceNames } from '../../processors/services.ts'
import { measureBehind } from './behind.ts'
import { logOfOneGroup, oneService } from './log-of-one-group.ts'
import { logOfOrders } from './log-of-orders.ts'
import { measure, type Target } from './measure.ts'
import { summaryOfMemory, tableOfSources, tableOfWays } from './tables.ts'

const count = (text: string): number => {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('give a whole number')
  return value
}

const options = new Command('npm run bench:consumer --')
  .description(
    'Measures what consuming the log of paid orders costs: as the shop does it, as a textbook would, and with the bare client.',
  )
  .option('--orders <n>', 'orders a round (1000; of --sources 200)', count)
  .option('--rounds <n>', 'rounds of each, after one to warm up', count, 5)
  .option('--rate <n>', 'orders a second that come while they are consumed; 0: they are there already', count, 0)
  .option('--handler-ms <n>', 'how long a handler waits for something', count, 1)
  .option(
    '--ways <names>',
    'shop, textbook, bare, filtered, categories; or folders of other checkouts, measured as shop',
    (text) => text.split(','),
    ['shop', 'textbook', 'bare'],
  )
  .option('--sources', 'where groups can read from, as orders come, 20 a second if no rate is given')
  .option('--one-group', 'one group, and every message is one that it handles; ten for an order')
  .option('--behind <n>', 'memory, and nothing else, while a group of ours consumes so many messages', count, 0)
  .option('--profile <folder>', 'writes CPU profiles of all processes there')
  .option('--json', 'the figures as JSON')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .parse()
  .opts<{
    orders?: number
    rounds: number
    rate: number
    handlerMs: number
    ways: string[]
    sources?: true
    oneGroup?: true
    behind: number
    profile?: string
    json?: true
  }>()

const { rounds, handlerMs, behind, profile } = options
// In short rounds much of the time goes into making groups and connecting.
const orders = options.orders ?? (options.sources === true ? 200 : 1_000)
const ways = options.sources === true ? ['bare', 'categories', 'filtered', 'shop'] : options.ways
const rate = options.sources === true && options.rate === 0 ? 20 : options.rate
const print = (text: string): void => void process.stdout.write(`${text}\n`)
const say = options.json === true ? (): void => undefined : print
const load = (): string =>
  loadavg()
    .map((value) => value.toFixed(1))
    .join(' ')

const closing: (() => Promise<void>)[] = []
const startTarget = async (): Promise<Target> => {
  const server = await startEventStoreProcess(
    ['--port', '0', '--memory'],
    profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`],
  )
  closing.push(() => server.stop())
  const store = await connectEventStore({ url: server.url })
  closing.push(() => store.dispose())
  return { store, url: server.url, pid: server.pid }
}
/** Apart from the others, whose groups would be given the links too. */
const startTargetWithCategories = async (): Promise<Target> => {
  const target = await startTarget()
  const client = EventStoreDBClient.connectionString(target.url)
  await client.enableProjection('$by_category')
  await client.dispose()
  return target
}

const machine = { cores: cpus().length, node: process.version, load: load(), handlerMs }
try {
  const target = await startTarget()
  say(`${machine.cores} cores, Node ${machine.node}, handlers of ${handlerMs} ms, load ${machine.load}`)
  if (behind > 0) {
    const { perSecond, memory } = await measureBehind(target.store, target.url, { behind, handlerMs, say })
    if (options.json === true) print(JSON.stringify({ ...machine, behind, perSecond, memory }, null, 2))
    say(`${perSecond.toFixed(0)} messages/s; ${summaryOfMemory(memory)}; load at the end ${load()}`)
  } else {
    const withCategories = ways.includes('categories') ? await startTargetWithCategories() : target
    const targetOf = (way: string) => (way === 'categories' ? withCategories : target)
    say(`${orders} orders a round`)
    const consumed =
      options.oneGroup === true
        ? { services: [oneService], logOf: (seed: string) => logOfOneGroup(orders, seed) }
        : { services: serviceNames, logOf: (seed: string) => logOfOrders(orders, seed) }
    const measured = await measure({ ...consumed, targetOf, orders, rounds, rate, handlerMs, ways, profile, say })
    if (options.json === true) print(JSON.stringify({ ...machine, orders, rate, measured }, null, 2))
    say(options.sources === true ? tableOfSources(measured) : tableOfWays(measured))
    say(`load at the end ${load()}`)
  }
} finally {
  for (const close of closing.reverse()) await close()
}
