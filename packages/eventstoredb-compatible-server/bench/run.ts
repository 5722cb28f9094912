// `npm run bench`: the event store against a bare gRPC server, in turn (A B A B …), client and servers in
// processes of their own.
import { cpus, loadavg } from 'node:os'
import Table from 'cli-table3'
import { Command, InvalidArgumentError, Option } from 'commander'
import { positive } from './positive.ts'
import { median, spread } from './statistics.ts'
import { memory } from './memory.ts'
import { rows, type Row } from './rows.ts'
import { Servers } from './servers.ts'

const names = rows(1).map(({ name }) => name)
const chosen = (text: string): readonly string[] => {
  const given = text.split(',')
  const unknown = given.find((name) => name !== 'memory' && !names.includes(name))
  if (unknown !== undefined) throw new InvalidArgumentError(`there is no row ${unknown}`)
  return given
}

const options = new Command('npm run bench --')
  .description('Measures the embedded event store against a bare gRPC server that answers with prepared messages.')
  .addOption(
    new Option('--rows <names>', `only these, with commas: ${names.join(', ')}, memory`)
      .argParser(chosen)
      .default(names, 'all but memory'),
  )
  .option('--rounds <n>', 'rounds of each side', positive, 5)
  .option('--quick', 'a tenth of the size and three rounds: shows that it works, not how fast')
  .option('--events <n>', 'events of the row memory', positive, 1_000_000)
  .option('--profile <folder>', 'writes a CPU profile of the event store there')
  .option('--json', 'the figures as JSON')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .parse()
  .opts<{ rows: readonly string[]; rounds: number; quick?: true; events: number; profile?: string; json?: true }>()

const say = (line: string): void => {
  if (options.json !== true) process.stdout.write(`${line}\n`)
}

/** The share of the bare server's speed, whatever way round the unit is. */
const ratioOf = (unit: Row['unit'], eventStore: number, bare: number): number =>
  unit === '/s' ? eventStore / bare : bare / eventStore

const share = options.quick === true ? 0.1 : 1
const rounds = options.quick === true ? Math.min(3, options.rounds) : options.rounds

const measure = async (row: Row, servers: Servers) => {
  const { eventStore, bare } = await row.prepare(servers)
  // The first time a process does something it is slow at it.
  await eventStore()
  await bare()
  const figures: { eventStore: number; bare: number }[] = []
  for (let round = 0; round < rounds * (row.split ?? 1); round += 1)
    figures.push({ eventStore: await eventStore(), bare: await bare() })
  const ratios = figures.map((one) => ratioOf(row.unit, one.eventStore, one.bare))
  const middle = median(figures.map((one) => one.eventStore))
  const reached = 'ratio' in row.target ? median(ratios) >= row.target.ratio : middle <= row.target.milliseconds
  return {
    name: row.name,
    unit: row.unit,
    target: row.target,
    reached,
    eventStore: figures.map((one) => one.eventStore),
    bare: figures.map((one) => one.bare),
    ratios,
  }
}

const servers = new Servers(
  { events: 60_000 * share, queued: 20_000 * share, many: 1_000_000 * share },
  options.profile,
)
try {
  const load = (): string =>
    loadavg()
      .map((value) => value.toFixed(1))
      .join(' ')
  say(
    `${cpus().length} cores (${cpus()[0]?.model}), Node ${process.version}, ${new Date().toISOString().slice(0, 10)}, ${rounds} rounds, load ${load()}`,
  )
  const results = []
  for (const row of rows(share)) {
    if (!options.rows.includes(row.name)) continue
    const result = await measure(row, servers)
    results.push(result)
    say(`${row.name}: ${median(result.ratios).toFixed(2)} of the bare server`)
  }
  const table = new Table({
    head: ['', 'event store', 'bare server', 'ratio', 'target', ''],
    style: { head: [], border: [] },
  })
  for (const { name, unit, target, reached, eventStore, bare, ratios } of results) {
    const digits = unit === 'ms' && median(eventStore) < 100 ? 2 : 0
    const title = rows(1).find((row) => row.name === name)?.title ?? name
    const goal = 'ratio' in target ? String(target.ratio) : `${target.milliseconds} ms`
    table.push([
      `${title} (${unit})`,
      spread(eventStore, digits),
      spread(bare, digits),
      spread(ratios, 2),
      goal,
      reached ? 'reached' : 'MISSED',
    ])
  }
  if (results.length > 0) say(table.toString())
  const held = options.rows.includes('memory')
    ? await memory(servers.newDirectory(), options.events * share, say)
    : undefined
  if (options.json === true) {
    process.stdout.write(
      `${JSON.stringify({ cores: cpus().length, model: cpus()[0]?.model, node: process.version, load: load(), rows: results, memory: held }, null, 2)}\n`,
    )
  } else {
    say(`load at the end ${load()}`)
  }
} finally {
  await servers.stop()
}
