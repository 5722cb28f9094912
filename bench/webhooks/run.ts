// `npm run bench:webhooks`: what the webhooks cost that are refused, in turn with one that is taken in.
import { cpus, loadavg } from 'node:os'
import Table from 'cli-table3'
import { Command } from 'commander'
import { positive } from 'eventstoredb-compatible-server/source/bench/positive'
import { spread } from 'eventstoredb-compatible-server/source/bench/statistics'
import { kinds } from './kinds.ts'
import { measure, type Sizes } from './measure.ts'
import { startApi } from './started-api.ts'

const { json, ...sizes } = new Command('npm run bench:webhooks --')
  .description(
    'Measures the CPU time of a webhook that is taken in, of one whose signature is wrong, and of one of a megabyte, in turn.',
  )
  .option('--count <n>', 'webhooks of each kind a round', positive, 1_000)
  .option('--at-once <n>', 'webhooks under way at once', positive, 4)
  .option('--rounds <n>', 'rounds of each kind, after one to warm up', positive, 7)
  .option('--json', 'the figures as JSON')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .parse()
  .opts<Sizes & { json?: true }>()

const say = (line: string): void => {
  if (json !== true) process.stdout.write(`${line}\n`)
}
const load = (): string =>
  loadavg()
    .map((value) => value.toFixed(1))
    .join(' ')

say(
  `${cpus().length} cores, Node ${process.version}, ${sizes.count} of each kind a round, ${sizes.atOnce} at once, load ${load()}`,
)
const api = await startApi()
try {
  const costs = await measure(api, sizes, (round) => say(round === 0 ? 'warmed up' : `round ${round}`))
  if (json === true) process.stdout.write(`${JSON.stringify({ ...sizes, costs }, null, 2)}\n`)
  const together = (kind: (typeof kinds)[number]) => costs[kind].map(({ api: own, eventStore }) => own + eventStore)
  const good = together('good')
  const table = new Table({
    head: ['a webhook', 'command API, CPU µs', 'event store, CPU µs', 'of a good one'],
    style: { head: [], border: [] },
  })
  for (const kind of kinds)
    table.push([
      kind,
      spread(
        costs[kind].map(({ api: own }) => own),
        0,
      ),
      spread(
        costs[kind].map(({ eventStore }) => eventStore),
        0,
      ),
      spread(
        together(kind).map((cost, round) => cost / (good[round] ?? Number.NaN)),
        2,
      ),
    ])
  say(table.toString())
  say(`load at the end ${load()}`)
} finally {
  await api.stop()
}
