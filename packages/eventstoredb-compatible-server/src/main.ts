#!/usr/bin/env node
import { enableCompileCache } from 'node:module'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { EventStoreOptions } from './options.ts'

const HELP = `An EventStoreDB for development and tests: one node, no Docker, insecure (tls=false).

  eventstoredb-compatible-server [options]

  --port <number>   port for gRPC and HTTP, 0 for any free one (2113)
  --host <address>  address to listen on, and to tell discovering clients (127.0.0.1)
  --data <folder>   where the events are kept (.data/event-store)
  --memory          keep nothing: the data is gone at the end
  --projections     enable $by_category and the other standard projections
  --link-delay <ms> how long after an event the projections write its links; 0 writes them together (150)
  --prepare-timeout-ms <ms>, --commit-timeout-ms <ms>
                    how long a write may take until it is answered as timed out: the lesser of the two (2000)
  --strict          like the real server where that hurts: "any" forgets its ids at a restart,
                    checkpoints of groups that fall due together are lost
  --lose-messages   like the real server at its worst, for tests: at a restart filtered groups on $all, groups
                    from the end, and groups whose parked messages are being replayed lose some
  --verbose         a line for every call that has ended
  --help            this text

SIGTERM or SIGINT stops it. With EXIT_WITH_PARENT=1 it also stops when its standard input closes.
`

/** What a timer can wait, in milliseconds. */
const LONGEST_DELAY = 2_147_483_647

/** In one line, whatever the message is made of. */
const fail = (message: string): never => {
  process.stderr.write(`event-store: ${message.replaceAll(/\s*\n\s*/g, ' ')}\n`)
  process.exit(1)
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const milliseconds = (option: string, text: string, least: number): number => {
  const value = Number(text)
  if (!/^\d+$/.test(text) || value < least || value > LONGEST_DELAY)
    return fail(`--${option} ${text} is no number of milliseconds`)
  return value
}

const readArguments = (): EventStoreOptions => {
  try {
    const { values } = parseArgs({
      options: {
        port: { type: 'string', default: '2113' },
        host: { type: 'string', default: '127.0.0.1' },
        data: { type: 'string', default: '.data/event-store' },
        memory: { type: 'boolean', default: false },
        projections: { type: 'boolean', default: false },
        'link-delay': { type: 'string', default: '150' },
        'prepare-timeout-ms': { type: 'string', default: '2000' },
        'commit-timeout-ms': { type: 'string', default: '2000' },
        strict: { type: 'boolean', default: false },
        'lose-messages': { type: 'boolean', default: false },
        verbose: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    })
    if (values.help) {
      process.stdout.write(HELP)
      process.exit(0)
    }
    const port = Number(values.port)
    if (!/^\d+$/.test(values.port) || port > 65_535) return fail(`--port ${values.port} is no port`)
    if (values.host === '') return fail('--host is empty')
    if (values.data === '') return fail('--data is empty')
    return {
      port,
      host: values.host,
      // As a whole path, a folder that is called "memory" is one.
      data: values.memory ? 'memory' : resolve(values.data),
      startStandardProjections: values.projections,
      linkDelay: milliseconds('link-delay', values['link-delay'], 0),
      prepareTimeoutMs: milliseconds('prepare-timeout-ms', values['prepare-timeout-ms'], 1),
      commitTimeoutMs: milliseconds('commit-timeout-ms', values['commit-timeout-ms'], 1),
      strict: values.strict,
      losesMessages: values['lose-messages'],
      ...(values.verbose
        ? { verbose: (line: string): void => void process.stdout.write(`event-store: ${line}\n`) }
        : {}),
    }
  } catch (error) {
    return fail(`${messageOf(error)} (--help shows the options)`)
  }
}

const options = readArguments()
// Whoever started this may have stopped reading; that ends the lines, not the server.
process.stdout.on('error', () => undefined)
// Most of a start is the reading of code; from the second one on Node has it compiled. Only what is imported after this is kept so.
enableCompileCache()
const { startEventStore } = await import('./server.ts')
const started = performance.now()
const server = await startEventStore(options).catch((error: unknown) => fail(messageOf(error)))
const stop = (): void => {
  server.stop().then(
    () => process.exit(0),
    (error: unknown) => fail(messageOf(error)),
  )
}
process.on('SIGTERM', stop)
process.on('SIGINT', stop)
if (process.env['EXIT_WITH_PARENT'] === '1') process.stdin.on('end', stop).on('close', stop).on('error', stop).resume()

// Last: whoever reads this line may stop the server at once.
const where = options.data === 'memory' ? 'in memory' : `in ${options.data}`
process.stdout.write(
  `event-store: ready at ${server.url}, data ${where} (${Math.round(performance.now() - started)} ms)\n`,
)
