// `npm run simulate -- --seed N`: one run of the simulation again, as it was.
import { parseArgs } from 'node:util'
import { mutations } from './mutants/all.ts'
import { describeFailure } from './seeds.ts'
import { simulate, type Run } from './simulate.ts'

const help = `Runs the simulation of one seed again. The same seed is always the same run.

  npm run simulate -- --seed N [--steps] [--json] [--fault NAME]

  --seed N      a whole number, as a failing test names it
  --steps       tells each step: what arrives where, what is written, who dies
  --json        the result as JSON, on one line
  --fault NAME  with a fault put in: ${mutations.map(({ name }) => `"${name}"`).join(', ')}
  --help        this

Ends with 0 when all statements held, 1 when one did not, 2 when it was called wrongly.
`

const say = (text: string): void => {
  process.stdout.write(`${text}\n`)
}

const asJson = (run: Run): string => {
  const { log, types, ...rest } = run
  return JSON.stringify({ ...rest, events: log.length, types: Object.fromEntries(types) })
}

const summary = ({ seed, steps, deaths, minutes, types, log }: Run): string =>
  [
    `seed ${seed}: ${steps} steps, ${log.length} events, ${deaths} processes died, quiet after ${minutes} minutes of the shop's time`,
    ...[...types].map(([type, count]) => `  ${String(count).padStart(4)} ${type}`),
  ].join('\n')

const options = {
  seed: { type: 'string' },
  steps: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  fault: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const

const main = async (): Promise<number> => {
  const { values } = parseArgs({ options })
  if (values.help) {
    say(help)
    return 0
  }
  const seed = Number(values.seed)
  const mutation = mutations.find(({ name }) => name === values.fault)
  if (
    values.seed === undefined ||
    !Number.isSafeInteger(seed) ||
    seed < 0 ||
    (values.fault !== undefined && mutation === undefined)
  ) {
    process.stderr.write(help)
    return 2
  }
  const run = await simulate({ seed, mutation, trace: values.steps ? say : undefined })
  say(values.json ? asJson(run) : summary(run))
  if (run.violations.length > 0 && !values.json) say(`\n${describeFailure(run)}`)
  return run.violations.length === 0 ? 0 : 1
}

// Whoever reads only the beginning (`| head`) has seen enough.
process.stdout.on('error', () => process.exit())

try {
  process.exitCode = await main()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 2
}
