import { Command, Option } from 'commander'
import { positive } from 'eventstoredb-compatible-server/source/bench/positive'

/** What can be measured. */
export const measurements = ['life-cycles', 'accepting', 'looking', 'one-sku', 'overload'] as const
export type Measurement = (typeof measurements)[number]

export type BenchOptions = {
  readonly orders: number
  readonly concurrency: number
  readonly rounds: number
  readonly only: readonly Measurement[]
  /** Hardly warmed up, and little of everything: what is counted is right, and what is timed says nothing. */
  readonly brief: boolean
  readonly json: boolean
}

/** From the command line; ends the process with 2 when it was asked in a wrong way. */
export const benchOptions = (): BenchOptions => {
  const { brief, json, only, ...rest } = new Command('npm run bench --')
    .description(
      'Measures orders with all processes on this machine, each time in turn with a baseline; and counts what an order costs (docs/bench.md).',
    )
    .option('--orders <n>', 'orders a round', positive, 300)
    .option('--concurrency <n>', 'orders under way at once', positive, 16)
    .option('--rounds <n>', 'rounds of each', positive, 3)
    .addOption(
      new Option('--only <what...>', 'not everything').choices(measurements).default(measurements, 'all of it'),
    )
    .option('--brief', 'hardly warmed up, and little of everything: for the counts, not for the rates')
    .option('--json', 'the figures as JSON')
    .addHelpText(
      'after',
      `
life-cycles: POST to confirmed to visible, against bare appends. accepting: POST /v1/orders, against a bare route that appends one event.
looking: GET /v1/orders/{id}, against a bare route with a token check and one select by primary key. one-sku: 1,200 reservations of one SKU
that wait together, against one after another. overload: what is completed while four
times as much is sent, against the most that is completed otherwise.

EVENTSTORE_URL=<connection string> measures with that event store, EVENTSTORE_COMMAND='<server> … {port} … {data}' with one that is started
by the command (docs/real-servers.md); without them it is the embedded one.`,
    )
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
    .parse()
    .opts<Omit<BenchOptions, 'brief' | 'json'> & { brief?: true; json?: true }>()
  return {
    ...rest,
    only: measurements.filter((one) => only.includes(one)),
    brief: brief === true,
    json: json === true,
  }
}
