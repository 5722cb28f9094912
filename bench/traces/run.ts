// `npm run bench:traces`: what tracing costs in CPU an order, in turn with none of it (A B A B …), each in a shop of its own.
import { randomBytes } from 'node:crypto'
import { cpus, loadavg } from 'node:os'
import { Command, InvalidArgumentError } from 'commander'
import { positive } from 'eventstoredb-compatible-server/source/bench/positive'
import { spread } from 'eventstoredb-compatible-server/source/bench/statistics'
import { startSpansSink } from './spans-sink.ts'
import { startWay, type Rate } from './way.ts'

const ratesOf = (text: string): readonly Rate[] =>
  text.split(',').map((one) => {
    const rate = Number(one)
    if (!(rate >= 0 && rate <= 1)) throw new InvalidArgumentError('give numbers from 0 to 1, with commas between them')
    return rate
  })

const { orders, concurrency, rounds, rates, json } = new Command('npm run bench:traces --')
  .description('Measures the CPU time of an order in the processes of the shop, with tracing off and on, in turn.')
  .option('--orders <n>', 'orders a round', positive, 300)
  .option('--concurrency <n>', 'orders under way at once', positive, 8)
  .option('--rounds <n>', 'rounds of each', positive, 7)
  .option('--rates <numbers>', 'of how many orders the traces are kept', ratesOf, [0.1, 1])
  .option('--json', 'the figures as JSON')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .parse()
  .opts<{ orders: number; concurrency: number; rounds: number; rates: readonly Rate[]; json?: true }>()

const say = (line: string): void => {
  if (json !== true) process.stdout.write(`${line}\n`)
}
const ends: (() => Promise<unknown>)[] = []
try {
  const sink = await startSpansSink()
  ends.push(() => sink.close())
  say(
    `${cpus().length} cores, Node ${process.version}, ${orders} orders a round, ${concurrency} at once, load ${loadavg()[0]?.toFixed(1)}`,
  )
  const ways: { readonly way: Awaited<ReturnType<typeof startWay>>; readonly cpuMs: number[] }[] = []
  for (const rate of ['off' as const, ...rates]) {
    const way = await startWay(rate, sink.url, {
      run: randomBytes(3).toString('hex').toUpperCase(),
      orders,
      concurrency,
    })
    ends.push(() => way.stop())
    const { flat } = await way.warmUp()
    say(`${rate}: warmed up${flat ? '' : ' (and was still getting quicker)'}`)
    ways.push({ way, cpuMs: [] })
  }
  for (let round = 1; round <= rounds; round += 1) {
    for (const { way, cpuMs } of ways) cpuMs.push(await way.round(`round-${round}`))
    say(`round ${round}: ${ways.map(({ way, cpuMs }) => `${way.rate} ${cpuMs.at(-1)?.toFixed(2)}`).join(', ')}`)
  }
  const off = ways[0]?.cpuMs ?? []
  const figures = ways.map(({ way, cpuMs }) => ({
    rate: way.rate,
    cpuMs,
    ofOff: cpuMs.map((ms, round) => ms / (off[round] ?? Number.NaN)),
  }))
  if (json === true) process.stdout.write(`${JSON.stringify({ orders, concurrency, rounds, figures }, null, 2)}\n`)
  for (const { rate, cpuMs, ofOff } of figures)
    say(`${rate}: CPU ms an order ${spread(cpuMs, 2)}; of that without tracing ${spread(ofOff, 3)}`)
} finally {
  for (let end = ends.pop(); end !== undefined; end = ends.pop()) await end()
}
