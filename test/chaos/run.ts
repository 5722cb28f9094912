// `npm run chaos -- --minutes 10 --seed 7`: the shop under load while everything is killed, stopped, cut off and delayed; and a report.
import Table from 'cli-table3'
import { Command, InvalidArgumentError, Option } from 'commander'
import { chaos } from './chaos.ts'
import { stopTestPostgres } from '../support/postgres.ts'
import { chaosProviders, type ChaosProvider } from './provider.ts'
import type { ChaosReport } from './report.ts'

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
    "Customers order and pay, and others refund and dispute, while processes of every kind are killed and stopped, connections to the stores are cut and delayed, and Stripe's stand-in fails, by chance. Then nothing may be lost, doubled or stuck, and the provider's books and ours say the same of every charge, refund and dispute.",
  )
  .addOption(new Option('--provider <name>', 'who takes the money').choices(chaosProviders).default('mock'))
  .option('--minutes <n>', 'how long', positive, 10)
  .option('--seed <n>', 'what happens, and when; a new one each time if not given', seedOf)
  .option('--orders-per-second <n>', 'how many order', positive, 3)
  .option(
    '--quiet-within <seconds>',
    'from the last fault until all is at rest, at most; 10 with the mock, 30 with Stripe',
    positive,
  )
  .option('--json', 'the report as JSON, and nothing else')
  .addHelpText(
    'after',
    `
Starts a shop of its own on free ports; a shop that runs is not touched. Stripe is its stand-in (test/stripe/), which is never killed. The event store is embedded, or by EVENTSTORE_COMMAND, or the one at
EVENTSTORE_URL, which is then not killed, only cut off. The same seed strikes in the same order, though never at quite the same moments.
Exit codes: 0 all is as it should be, 1 something is not, 2 asked for in a wrong way.`,
  )
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .parse()
  .opts<{
    provider: ChaosProvider
    minutes: number
    seed?: number
    ordersPerSecond: number
    quietWithin?: number
    json?: true
  }>()

const say = (line: string): void => {
  if (options.json !== true) process.stdout.write(`${line}\n`)
}

const asTable = (report: ChaosReport): string => {
  const table = new Table({ style: { head: [], border: [] } })
  const listed = (counts: Readonly<Record<string, number>>): string =>
    Object.entries(counts)
      .map(([name, count]) => `${count} × ${name}`)
      .join('\n')
  const { entries, kept, differences } = report.books
  const money = (sums: Readonly<Record<string, number>>): string =>
    Object.entries(sums)
      .map(([currency, amount]) => `${amount} ${currency}`)
      .join(', ')
  table.push(
    ['orders placed', report.orders],
    ['ended as', listed(report.ended)],
    ['events', report.events],
    ['done to it', listed(report.faults)],
    ["the provider's answers", listed(report.troubles)],
    ['done with money', listed(report.moves)],
    ['redelivered', report.redelivered],
    ['duplicates held back', report.heldBack],
    ['looks at counters missed', report.looksMissed],
    ['statements checked', report.statements],
    ['charges, refunds, disputes', `${entries.provider} at the provider, ${entries.streams} in our streams`],
    ['kept, minor units', `${money(kept.provider)} at the provider, ${money(kept.streams)} by our streams`],
    ['difference', `${differences} of them, one by one`],
    ['quiet after the last fault', `${(report.quietAfterMs / 1_000).toFixed(1)} s`],
    ['wrong', report.wrong.length === 0 ? 'nothing' : report.wrong.slice(0, 20).join('\n')],
  )
  return table.toString()
}

const seed = options.seed ?? Date.now() % 1_000_000
const { provider, quietWithin = provider === 'stripe' ? 30 : 10 } = options
say(`Seed ${seed}, ${provider}, ${options.minutes} min.`)
const began = Date.now()
const report = await chaos({
  provider,
  seed,
  durationMs: options.minutes * 60_000,
  ordersPerSecond: options.ordersPerSecond,
  quietWithinMs: quietWithin * 1_000,
  told: (line) => {
    say(`${((Date.now() - began) / 1_000).toFixed(1).padStart(7)} s  ${line}`)
  },
})
// Nobody else ends it here.
await stopTestPostgres()
process.stdout.write(`${options.json === true ? JSON.stringify(report, null, 2) : asTable(report)}\n`)
process.exitCode = report.wrong.length === 0 ? 0 : 1
