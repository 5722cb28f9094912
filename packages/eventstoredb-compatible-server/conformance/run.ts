// `npm run conformance`: the suite against any EventStoreDB, or the embedded one.
import grpc from '@grpc/grpc-js'
import type { SupportedMethods } from '@eventstore/db-client/generated/serverfeatures_pb.js'
import shared from '@eventstore/db-client/generated/shared_pb.js'
import { Command } from 'commander'
import Mocha from 'mocha'
import { chosenEventStore } from '../any-server/chosen-event-store.ts'
import { unary } from './suite/call-result.ts'
import { JsonReporter } from './suite/json-reporter.ts'
import { loadChapters } from './suite/load-chapters.ts'
import { declareRules } from './suite/run-rules.ts'
import { ruleTable } from './suite/rule-table.ts'
import { Server } from './suite/server.ts'
import { Targets } from './suite/targets.ts'

type Options = {
  readonly url?: string
  readonly command?: string
  readonly grep?: string
  readonly json?: true
  readonly list?: true
}

const program = new Command('conformance')
  .description(
    'Shows, rule by rule, that a server behaves as EventStoreDB does. Without --url or --command the embedded server is started for it.',
  )
  .option(
    '--url <connection string>',
    'a running server, insecure and of one node, e.g. esdb://127.0.0.1:2113?tls=false',
  )
  .option(
    '--command <command>',
    'starts a server, insecure and of one node, on 127.0.0.1 at {port} with its data in {data}',
  )
  .option('--grep <pattern>', 'only rules whose chapter or title matches, e.g. "^2.4" or "checkpoint"')
  .option('--json', 'print the outcome as JSON')
  .option('--list', 'print the table of rules, as docs/conformance.md has it, and run nothing')
  .addHelpText(
    'after',
    `
Streams and groups get new names in each run; nothing is cleaned up. Rules that only hold for the embedded server, or would harm another
one, are marked [embedded] and skipped with --url and --command. Those that kill a server or would disturb its other users are marked
[own server] and skipped with --url; with --command they start servers of their own. No shell sees the command; what it starts has to be the
server itself, for SIGKILL has to reach it. Without either option EVENTSTORE_URL or EVENTSTORE_COMMAND is taken. Those of chapter 5 are skipped
where the standard projections can't be had.
Exit codes: 0 all hold, 1 some do not, 2 the server can't be asked, or no rule matches.`,
  )
  .parse()

const CALL_LIMIT = 5_000

const versionOf = async (url: string): Promise<string> => {
  const server = new Server(url)
  const { features } = server
  const { code, details, messages } = await unary<SupportedMethods>((done) =>
    features.getSupportedMethods(new shared.Empty(), new grpc.Metadata(), { deadline: Date.now() + CALL_LIMIT }, done),
  )
  await server.close()
  if (code !== 0) throw new Error(`${url} does not answer: ${details}`)
  return messages[0]?.getEventStoreServerVersion() ?? ''
}

const run = async ({ url: givenUrl, command: givenCommand, grep, json, list }: Options): Promise<number> => {
  await loadChapters()
  if (list === true) {
    process.stdout.write(ruleTable())
    return 0
  }
  const given = { EVENTSTORE_URL: givenUrl, EVENTSTORE_COMMAND: givenCommand }
  if (givenUrl !== undefined && givenCommand !== undefined) throw new Error('--url and --command exclude each other')
  const targets = new Targets(
    chosenEventStore(givenUrl === undefined && givenCommand === undefined ? process.env : given),
  )
  try {
    const { url, command } = await targets.main()
    const version = await versionOf(url)
    const mocha = new Mocha({ reporter: json === true ? JsonReporter : 'spec' })
    mocha.suite.emit('pre-require', globalThis, '', mocha)
    declareRules({
      url: () => url,
      embedded: targets.kind === 'embedded',
      projecting: () => targets.projecting(),
      version: () => version,
      ...(command === undefined ? {} : { command }),
      ...(grep === undefined ? {} : { grep: new RegExp(grep) }),
    })
    if (json !== true) process.stdout.write(`${url}, version ${version}, ${targets.kind}\n`)
    if (mocha.suite.total() === 0) throw new Error(`no rule matches ${grep}; --list shows them all`)
    return await new Promise((resolve) => mocha.run((failures) => resolve(failures === 0 ? 0 : 1)))
  } finally {
    await targets.close()
  }
}

run(program.opts<Options>()).then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`conformance: ${error instanceof Error ? error.message : String(error)}\n`)
    process.exit(2)
  },
)
