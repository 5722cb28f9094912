// `npm test`: everything, one part after another, closing with `N passed, N failed`. `--long` adds what takes longer.
import { spawn } from 'node:child_process'
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import { chosenEventStore } from 'eventstoredb-compatible-server/source/testing/any-server'
import { startPostgres } from '../embedded/postgres.ts'
import { runLanes } from './lanes.ts'

type Part = {
  readonly name: string
  readonly command: readonly string[]
  readonly counts: boolean
  /** Runs for so long that what it prints is shown as it comes; nothing may run beside it. */
  readonly long?: boolean
}
type Counts = { passes: number; failures: number; pending: number }

const { long } = new Command('npm test --')
  .description('Lint, types, unit, integration and end-to-end tests. Ends with `N passed, N failed`.')
  .option('--long', 'and what takes long: more seeds of the simulation, more crashes of the event store')
  .addHelpText(
    'after',
    `
Single kinds: npm run test:unit, test:int, test:e2e. With TEST_DATABASE_URL set, that PostgreSQL is used and none is embedded.
EVENTSTORE_URL=<connection string>, or EVENTSTORE_COMMAND='<server> … {port} … {data}': contract suite and end-to-end tests run on that
event store (docs/real-servers.md).
Exit codes: 0 all passed, 1 some did not, 2 asked for in a wrong way.`,
  )
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .parse()
  .opts<{ long?: true }>()
/**
 * Shops on one event store share its groups, and one would be given the other's orders: there only one runs at a time. And servers that are
 * started by a command may not bear one another on one machine.
 */
const runSideBySide = (): boolean => {
  try {
    return chosenEventStore(process.env).kind === 'embedded'
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exit(2)
  }
}
const sideBySide = runSideBySide()
const directory = mkdtempSync(join(tmpdir(), 'order-processing-test-'))
const say = (line: string) => process.stdout.write(`${line}\n`)

/** All tests of a kind, or those of them that `chosen` takes; settings as in the kind's own configuration. */
const mocha = (kind: string, name: string = kind, chosen: (path: string) => boolean = () => true): Part => {
  const {
    spec,
    require: required,
    timeout,
  } = JSON.parse(readFileSync(`test/mocha/${kind}.json`, 'utf8')) as {
    spec: string[]
    require: string[]
    timeout: number
  }
  const files = globSync(spec).filter(chosen).sort()
  const settings = [
    '--extension',
    'ts',
    ...required.flatMap((file) => ['--require', file]),
    '--reporter',
    'test/mocha/counting-reporter.ts',
    '--timeout',
    String(timeout),
    '--forbid-only',
    '--exit',
  ]
  return { name, command: ['node_modules/mocha/bin/mocha.js', ...settings, ...files], counts: true }
}
const lint: Part = { name: 'lint', command: ['node_modules/oxlint/bin/oxlint'], counts: false }
const format: Part = {
  name: 'format',
  command: ['node_modules/oxfmt/bin/oxfmt', '--check', '.'],
  counts: false,
}
const typecheck: Part = { name: 'typecheck', command: ['node_modules/typescript/bin/tsc'], counts: false }
const typecheckPage: Part = {
  name: 'typecheck (page)',
  command: ['node_modules/typescript/bin/tsc', '-p', 'console/page'],
  counts: false,
}

/** What stands in for the servers. */
const isEmbedded = (path: string): boolean => /^(embedded|packages)\//.test(path)
const isBelowTheApps = (path: string): boolean => /^(infrastructure|test\/simulation)\//.test(path)
/** End-to-end tests mostly wait for one another's processes: two cores have time for three lanes of them. */
const isOfKinds = (path: string): boolean => /\/(order-kinds|two-replicas|used-log|traces)\.e2e\.test\.ts$/.test(path)
const isUnderFire = (path: string): boolean => /\/(chaos|stripe|killed|payment-rows)\.e2e\.test\.ts$/.test(path)

/** Each step's lanes. What a part prints is shown when it ends, or as it comes where it runs alone and long. */
const steps: readonly (readonly (readonly Part[])[])[] = [
  [
    [format, typecheck, typecheckPage, mocha('unit'), mocha('int', 'int (embedded servers)', isEmbedded)],
    [mocha('int', 'int (infrastructure, simulation)', isBelowTheApps)],
    [lint, mocha('int', 'int (all else)', (path) => !isEmbedded(path) && !isBelowTheApps(path))],
  ],
  [
    [mocha('e2e', 'e2e (kinds of orders)', isOfKinds)],
    [mocha('e2e', 'e2e (under fire)', isUnderFire)],
    [mocha('e2e', 'e2e (console, all else)', (path) => !isOfKinds(path) && !isUnderFire(path))],
  ],
  ...(long === true ? [[[{ ...mocha('long'), long: true }]]] : []),
]

const run = (part: Part, environment: NodeJS.ProcessEnv): Promise<Counts> =>
  new Promise((resolve, reject) => {
    const started = Date.now()
    const file = join(directory, `${part.name}.counts`)
    const child = spawn(process.execPath, part.command, {
      env: { ...environment, TEST_COUNTS: file },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const output: Buffer[] = []
    const show = (chunk: Buffer) => (part.long === true ? process.stdout.write(chunk) : output.push(chunk))
    child.stdout.on('data', show)
    child.stderr.on('data', show)
    child.once('error', reject)
    child.once('close', (code) => {
      const lines = part.counts && existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []
      const last = lines.at(-1)
      const counts: Counts =
        last === undefined || last === ''
          ? { passes: code === 0 ? 1 : 0, failures: code === 0 ? 0 : 1, pending: 0 }
          : (JSON.parse(last) as Counts)
      // A run that died, or failed outside a test, is a failure even where no test counted one.
      if (code !== 0 && counts.failures === 0) counts.failures = 1
      // A mocha run that found no test proves nothing.
      if (part.counts && code === 0 && counts.passes === 0) counts.failures = 1
      say(
        `── ${part.name}: ${counts.failures === 0 ? 'ok' : 'FAILED'} (${((Date.now() - started) / 1000).toFixed(1)} s)`,
      )
      const text = Buffer.concat(output).toString('utf8').trim()
      if (text !== '') say(text)
      resolve(counts)
    })
  })

const postgres =
  process.env['TEST_DATABASE_URL'] === undefined
    ? await startPostgres({ data: join(directory, 'postgres'), port: 0, temporary: true })
    : undefined
const environment = { ...process.env, TEST_DATABASE_URL: postgres?.url ?? process.env['TEST_DATABASE_URL'] }

const total: Counts = { passes: 0, failures: 0, pending: 0 }
try {
  const count = async (part: Part): Promise<void> => {
    const counts = await run(part, environment)
    total.passes += counts.passes
    total.failures += counts.failures
    total.pending += counts.pending
  }
  for (const lanes of steps) await runLanes(lanes, count, { sideBySide })
} finally {
  await postgres?.stop()
  rmSync(directory, { recursive: true, force: true })
}
say('')
say(`${total.passes} passed, ${total.failures} failed${total.pending === 0 ? '' : `, ${total.pending} skipped`}`)
process.exitCode = total.failures === 0 ? 0 : 1
