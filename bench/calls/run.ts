// `npm run bench:calls`: what a mail and a charge cost on both sides, as the shop makes and takes them, and with what there is for it, in turn.
import { cpus, loadavg } from 'node:os'
import Table from 'cli-table3'
import { Command, Option } from 'commander'
import { positive } from 'eventstoredb-compatible-server/source/bench/positive'
import { spread } from 'eventstoredb-compatible-server/source/bench/statistics'
import { measure, type Figures, type Measured } from './measure.ts'
import { kinds, type Kind } from './ways.ts'

const { json, ...options } = new Command('npm run bench:calls --')
  .description(
    'Measures the processor time of a mail and of a charge, for the caller and for the embedded server that is called.',
  )
  .addOption(new Option('--only <what...>', 'not both').choices(kinds).default(kinds, 'both'))
  .option('--calls <n>', 'calls a round', positive, 1_000)
  .option('--at-once <n>', 'calls under way at once', positive, 4)
  .option('--rounds <n>', 'rounds of each, after one to warm up', positive, 5)
  .option('--ways <names>', 'shop, bare; or folders of other checkouts, measured as shop', (text) => text.split(','), [
    'shop',
    'bare',
  ])
  .option('--profile <folder>', 'writes CPU profiles of all processes there')
  .option('--json', 'the figures as JSON')
  .addHelpText(
    'after',
    `
shop: mails and charges as the processors send them, to the embedded mail catcher and payment provider. bare: nodemailer's own pool with a
minimal text message, to an SMTP server that throws it away; and a POST over a connection that is kept, to an HTTP server with one answer.`,
  )
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .parse()
  .opts<{
    only: readonly Kind[]
    calls: number
    atOnce: number
    rounds: number
    ways: string[]
    profile?: string
    json?: true
  }>()

const say = (line: string): void => {
  if (json !== true) process.stdout.write(`${line}\n`)
}
const load = (): string =>
  loadavg()
    .map((value) => value.toFixed(1))
    .join(' ')

const sides = { 'caller µs': ({ callerUs }: Figures) => callerUs, 'called µs': ({ calledUs }: Figures) => calledUs }
const figuresOf = ({ rounds }: Measured, side: keyof typeof sides): readonly number[] =>
  rounds.flatMap((round) => sides[side](round) ?? [])

/** Round by round, against the last way of the same kind. */
const ratiosOf = (own: Measured, last: Measured, side: keyof typeof sides): readonly number[] => {
  const others = figuresOf(last, side)
  return figuresOf(own, side).map((figure, round) => figure / (others[round] ?? Number.NaN))
}

say(
  `${cpus().length} cores, Node ${process.version}, ${options.calls} calls a round, ${options.atOnce} at once, load ${load()}`,
)
const measured = await measure({ ...options, kinds: options.only, profile: options.profile, say })
if (json === true) {
  process.stdout.write(
    `${JSON.stringify({ cores: cpus().length, node: process.version, load: load(), calls: options.calls, atOnce: options.atOnce, measured }, null, 2)}\n`,
  )
} else {
  const table = new Table({
    head: ['', '', 'caller µs', 'called µs', 'caller, of the last', 'called, of the last'],
    style: { head: [], border: [] },
  })
  for (const one of measured) {
    const last = measured.findLast(({ kind }) => kind === one.kind) ?? one
    table.push([
      one.kind,
      one.way,
      ...(['caller µs', 'called µs'] as const).map((side) => spread(figuresOf(one, side), 0)),
      ...(['caller µs', 'called µs'] as const).map((side) => spread(ratiosOf(one, last, side), 2)),
    ])
  }
  say(table.toString())
  say(`load at the end ${load()}`)
}
