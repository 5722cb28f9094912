// `npm run conformance`: the suite against any EventStoreDB, or the embedded one.
import { Command } from 'commander'
import Mocha from 'mocha'
import { readyServer, type ChildServer } from '../../embedded/event-store/testing/child-server.ts'
import { JsonReporter } from './suite/json-reporter.ts'
import { loadChapters } from './suite/load-chapters.ts'
import { declareRules } from './suite/run-rules.ts'
import { ruleTable } from './suite/rule-table.ts'
import { Server } from './suite/server.ts'
import { versionOf } from './suite/server-version.ts'

type Options = { readonly url?: string; readonly grep?: string; readonly json?: true; readonly list?: true }

const program = new Command('conformance')
  .description('Shows, rule by rule, that a server behaves as EventStoreDB does. Without --url the embedded server is started for it.')
  .option('--url <connection string>', 'a running server, insecure and of one node, e.g. esdb://127.0.0.1:2113?tls=false')
  .option('--grep <pattern>', 'only rules whose chapter or title matches, e.g. "^2.4" or "checkpoint"')
  .option('--json', 'print the outcome as JSON')
  .option('--list', 'print the table of rules, as docs/conformance.md has it, and run nothing')
  .addHelpText('after', `
Streams and groups get new names in each run; nothing is cleaned up. Rules that only hold for the embedded server, or would harm another
one, are marked [embedded] and skipped with --url; those of chapter 5 are skipped where $by_category is not running.
Exit codes: 0 all hold, 1 some do not, 2 the server can't be asked, or no rule matches.`)
  .parse()

const CALL_LIMIT = 5_000

const askedVersion = async (url: string): Promise<string> => {
  const server = new Server(url)
  try {
    return await versionOf(server)
  } finally {
    await server.close()
  }
}

/** The server itself, if it has its standard projections running. */
const withProjections = async (url: string): Promise<string | undefined> => {
  const server = new Server(url)
  const status = await server.client.getProjectionStatus('$by_category', { deadline: CALL_LIMIT }).catch(() => undefined)
  await server.close()
  return status?.projectionStatus === 'Running' ? url : undefined
}

const run = async ({ url, grep, json, list }: Options): Promise<number> => {
  await loadChapters()
  if (list === true) {
    process.stdout.write(ruleTable())
    return 0
  }
  const started: ChildServer[] = []
  const start = async (...options: readonly string[]): Promise<string> => {
    const server = await readyServer(['--port', '0', '--memory', ...options], { EXIT_WITH_PARENT: '1' })
    started.push(server)
    return server.url
  }
  try {
    const target = url ?? await start()
    const version = await askedVersion(target)
    const mocha = new Mocha({ reporter: json === true ? JsonReporter : 'spec' })
    mocha.suite.emit('pre-require', globalThis, '', mocha)
    declareRules({
      url: () => target,
      embedded: url === undefined,
      projecting: () => (url === undefined ? start('--projections') : withProjections(url)),
      version: () => version,
      ...(grep === undefined ? {} : { grep: new RegExp(grep) }),
    })
    if (json !== true) process.stdout.write(`${target}, version ${version}${url === undefined ? ', embedded' : ''}\n`)
    if (mocha.suite.total() === 0) throw new Error(`no rule matches ${grep}; --list shows them all`)
    return await new Promise((resolve) => mocha.run((failures) => resolve(failures === 0 ? 0 : 1)))
  } finally {
    await Promise.all(started.map((server) => server.end('SIGKILL')))
  }
}

run(program.opts<Options>()).then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`conformance: ${error instanceof Error ? error.message : String(error)}\n`)
    process.exit(2)
  },
)
