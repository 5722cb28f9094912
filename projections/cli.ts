// `npm run projections -- list | rebuild <name|--all>`. Exit codes: 0 done, 1 failed, 2 asked for in a wrong way.
import { join } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { Command } from 'commander'
import { connectEventStore } from '../infrastructure/event-store/adapter.ts'
import { readConfig } from '../infrastructure/lifecycle/config.ts'
import { silentLogger } from '../infrastructure/observability/logger.ts'
import { openPool, type Pool } from '../infrastructure/postgres/pool.ts'
import { projectionProgress } from '../infrastructure/projections/progress.ts'
import { progressAsJson, progressTable, resultLine } from './cli-output.ts'
import { projectionsConfig } from './config.ts'
import { withLocalStores } from './local-stores.ts'
import { projectionNames, rebuildTables } from './rebuild.ts'

const say = (line: string) => process.stdout.write(`${line}\n`)
const complain = (line: string) => process.stderr.write(`${line}\n`)
const config = () => readConfig(projectionsConfig, withLocalStores(process.env, join(import.meta.dirname, '..')))

const withPool = async <Result>(url: string, work: (pool: Pool) => Promise<Result>): Promise<Result> => {
  const pool = openPool({ url, applicationName: 'projections tool', logger: silentLogger, max: 2 })
  try {
    return await work(pool)
  } finally {
    await pool.end()
  }
}

const list = async ({ json }: { readonly json?: true }): Promise<number> => {
  const progress = await withPool(config().DATABASE_URL, projectionProgress)
  say(json === true ? JSON.stringify(progressAsJson(progress), null, 2) : progressTable(progress))
  return 0
}

/** Only people are asked; a script has said what it wants by calling. */
const confirmed = async (names: readonly string[]): Promise<boolean> => {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return true
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  const answer = await terminal.question(`Build ${names.join(', ')} anew from the first event? The live tables go on meanwhile. [y/N] `)
  terminal.close()
  return /^y(es)?$/i.test(answer.trim())
}

const showProgress = () => {
  let shownAt = 0
  return (name: string, events: number, share: number) => {
    if (!process.stderr.isTTY || (Date.now() - shownAt < 100 && share < 1)) return
    shownAt = Date.now()
    process.stderr.write(`\r\u001b[K${name}: ${Math.floor(share * 100)} %, ${events} events`)
  }
}

type RebuildFlags = { readonly all?: true; readonly yes?: true; readonly json?: true }

const rebuild = async (name: string | undefined, { all, yes, json }: RebuildFlags): Promise<number> => {
  if ((name === undefined) === (all === undefined)) {
    complain('Say which read table to build anew, or --all.')
    return 2
  }
  const names = name === undefined ? projectionNames() : [name]
  if (name !== undefined && !projectionNames().includes(name)) {
    complain(`No read table ${name} can be built anew from here. Those that can: ${projectionNames().join(', ')}.`)
    return 2
  }
  const { DATABASE_URL: databaseUrl, EVENTSTORE_URL: url } = config()
  if (yes !== true && !(await confirmed(names))) {
    complain('Nothing was done.')
    return 1
  }
  const stopping = new AbortController()
  process.once('SIGINT', () => stopping.abort())
  process.once('SIGTERM', () => stopping.abort())
  const store = await connectEventStore({ url })
  try {
    await store.probe(5_000)
    const results = await withPool(databaseUrl, (pool) =>
      rebuildTables(names, { store, pool, databaseUrl, logger: silentLogger, signal: stopping.signal, onProgress: showProgress() }))
    if (process.stderr.isTTY) process.stderr.write('\r\u001b[K')
    if (json === true) say(JSON.stringify({ results }, null, 2))
    else for (const result of results) say(resultLine(result))
    return results.some((result) => 'failed' in result) ? 1 : 0
  } finally {
    await store.dispose()
  }
}

const ended = (code: number) => { process.exitCode = code }

const program = new Command('npm run projections --')
  .description('The read tables: where they are, and building them anew.')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .addHelpText('after', `
The list also has the tables of the processors (open_intents, order_outcomes, orders_in_progress), which are not built anew from here.
Uses DATABASE_URL and EVENTSTORE_URL; without them, the stores that npm start runs here.
Exit codes: 0 done, 1 failed, 2 asked for in a wrong way.`)

program.command('list')
  .description('each read table: version, position, lag, rows set aside, rebuild under way')
  .option('--json', 'as JSON')
  .action(async (flags: { json?: true }) => ended(await list(flags)))

program.command('rebuild')
  .description('folds all events into a new table beside the live one, and swaps it in when it has caught up')
  .argument('[name]', 'which read table')
  .option('--all', 'every one, one after the other')
  .option('--yes', 'do not ask, also on a terminal')
  .option('--json', 'the outcome as JSON')
  .action(async (name: string | undefined, flags: RebuildFlags) => ended(await rebuild(name, flags)))

try {
  await program.parseAsync()
} catch (error) {
  complain(error instanceof Error && error.message !== '' ? error.message : String(error))
  process.exitCode = 1
}
