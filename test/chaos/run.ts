// `npm run chaos -- --minutes 10 --seed 7`: the shop under load while everything is killed, stopped, cut off and delayed; and a report.
import Table from 'cli-table3'
import { Command, InvalidArgumentError } from 'commander'
import { chaos, type ChaosReport } from './chaos.ts'

const positive = (text: string): number => {
  const value = Number(text)
  if (!(value > 0)) throw new InvalidArgumentError('give a number above 0')
  return value
}
const seedOf = (text: string): number => {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 0) throw new InvalidArgumentError('give a whole number')
  return value
}

const options = new Command('npm run chaos --')
  .description(
    'Customers order while processes of every kind are killed and stopped, and connections to the stores are cut and delayed, by chance. Then nothing may be lost, doubled or stuck.',
  )
  .option('--minutes <n>', 'how long', positive, 10)
  .option('--seed <n>', 'what happens, and when; a new one each time if not given', seedOf)
  .option('--orders-per-second <n>', 'how many order', positive, 3)
  .option('--quiet-within <seconds>', 'from the last fault until all is at rest, at most', positive, 10)
  .option('--json', 'the report as JSON, and nothing else')
  .addHelpText(
    'after',
    `
Starts a shop of its own on free ports; a shop that runs is not touched. The event store is embedded, or by EVENTSTORE_COMMAND, or the one at
EVENTSTORE_URL, which is then not killed, only cut off. The same seed strikes in the same order, though never at quite the same moments.
Exit codes: 0 all is as it should be, 1 something is not, 2 asked for in a wrong way.`,
  )
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .parse()
  .opts<{ minutes: number; seed?: number; ordersPerSecond: number; quietWithin: number; json?: true }>()

const say = (line: string): void => {
  if (options.json !== true) process.stdout.write(`${line}\n`)
}

const asTable = (report: ChaosReport): string => {
  const table = new Table({ style: { head: [], border: [] } })
  const listed = (counts: Readonly<Record<string, number>>): string =>
    Object.entries(counts)
      .map(([name, count]) => `${count} × ${name}`)
      .join('\n')
  table.push(
    ['orders placed', report.orders],
    ['ended as', listed(report.ended)],
    ['events', report.events],
    ['done to it', listed(report.faults)],
    ['redelivered', report.redelivered],
    ['duplicates held back', report.heldBack],
    ['looks at counters missed', report.looksMissed],
    ['statements checked', report.statements],
    ['money kept, minor units', `${report.money.provider} at the provider, ${report.money.log} by our streams`],
    ['quiet after the last fault', `${(report.quietAfterMs / 1_000).toFixed(1)} s`],
    ['wrong', report.wrong.length === 0 ? 'nothing' : report.wrong.slice(0, 20).join('\n')],
  )
  return table.toString()
}

const seed = options.seed ?? Date.now() % 1_000_000
say(`Seed ${seed}, ${options.minutes} min.`)
const began = Date.now()
const report = await chaos({
  seed,
  durationMs: options.minutes * 60_000,
  ordersPerSecond: options.ordersPerSecond,
  quietWithinMs: options.quietWithin * 1_000,
  told: (line) => {
    say(`${((Date.now() - began) / 1_000).toFixed(1).padStart(7)} s  ${line}`)
  },
})
process.stdout.write(`${options.json === true ? JSON.stringify(report, null, 2) : asTable(report)}\n`)
process.exitCode = report.wrong.length === 0 ? 0 : 1
