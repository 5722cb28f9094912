// `npm run demo`: twenty orders of every kind against the shop that `npm start` runs, shown live until all have come to rest.
import { join } from 'node:path'
import Table from 'cli-table3'
import { Command, InvalidArgumentError } from 'commander'
import { runDemo, type Progress } from './demo/run.ts'
import { shopClient } from './demo/shop-client.ts'
import { secretsOf } from './shop/secrets.ts'
import { seedCatalogue } from './shop/seed.ts'
import { portsFrom } from './shop/settings.ts'
import { developmentToken } from './shop/token.ts'

const seconds = (text: string): number => {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('give a whole number of seconds')
  return value
}

const options = new Command('npm run demo --')
  .description(
    'Places twenty orders of every kind and shows them until all have come to rest. Needs a running shop: `npm start`, or another.',
  )
  .option('--limit <seconds>', 'give up after this long', seconds, 180)
  .option('--seed', 'first give the shop the products and the stock that `npm start` begins with')
  .option('--json', 'the table at the end as JSON, and nothing else')
  .addHelpText(
    'after',
    '\nFor another shop: COMMAND_API_URL and READ_API_URL, and JWT_SECRET, JWT_ISSUER and JWT_AUDIENCE as its processes have them.\nExit codes: 0 every order ended as it must, 1 some did not, 2 wrong usage, 3 the shop cannot be reached.',
  )
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .parse()
  .opts<{ limit: number; seed?: true; json?: true }>()

const data = process.env['DATA_DIRECTORY'] ?? join(import.meta.dirname, '..', '.data')
const secrets = secretsOf(data, process.env)
const ports = portsFrom(process.env)
const runId = `demo-${Date.now().toString(36)}`
const urls = {
  commandApi: process.env['COMMAND_API_URL'] ?? `http://127.0.0.1:${ports['command-api']}`,
  readApi: process.env['READ_API_URL'] ?? `http://127.0.0.1:${ports['read-api']}`,
}
const shop = shopClient(urls, {
  customer: developmentToken(secrets, { sub: runId, role: 'customer' }),
  operator: developmentToken(secrets, { sub: 'olga', role: 'operator' }),
})

const tableOf = (all: readonly Progress[]): string => {
  const table = new Table({
    head: ['order', 'what happens', 'status', 'payment', 'fulfilment', 'seconds', ''],
    style: { head: [], border: [] },
  })
  for (const { number, scenario, seen, ended, seconds: took } of all) {
    table.push([
      number,
      scenario.title,
      seen.status,
      seen.payment,
      seen.fulfilment,
      took.toFixed(1),
      ended ? 'at rest' : '…',
    ])
  }
  return table.toString()
}

const live = process.stdout.isTTY && options.json === undefined
let drawn = 0
let told = ''
const onProgress = (all: readonly Progress[]): void => {
  if (options.json) return
  if (live) {
    const text = tableOf(all)
    process.stdout.write(`${drawn > 0 ? `\u001b[${drawn}A` : ''}\u001b[J${text}\n`)
    drawn = text.split('\n').length
    return
  }
  const line = `${all.filter(({ ended }) => ended).length} of ${all.length} at rest`
  if (line !== told) process.stdout.write(`${line}\n`)
  told = line
}

try {
  if (options.seed === true)
    await seedCatalogue(urls.commandApi, developmentToken(secrets, { sub: 'seed', role: 'admin' }))
  const all = await runDemo(shop, runId, { limitMs: options.limit * 1_000, onProgress })
  const open = all.filter(({ ended }) => !ended)
  if (options.json) {
    const rows = all.map(({ scenario, orderId, number, seen, ended, seconds: took }) => ({
      orderId,
      number,
      title: scenario.title,
      method: scenario.method,
      ...seen,
      expected: scenario.ends,
      atRest: ended,
      seconds: took,
    }))
    process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`)
  } else {
    if (!live) process.stdout.write(`${tableOf(all)}\n`)
    process.stdout.write(
      open.length === 0
        ? `All ${all.length} orders ended as they must. To look at them in the read API, be their customer: npm run -s token -- --sub ${runId}\n`
        : `${open.length} of ${all.length} orders have not ended as they must within ${options.limit} s.\n`,
    )
  }
  process.exitCode = open.length === 0 ? 0 : 1
} catch (error) {
  const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : ''
  process.stderr.write(
    `${error instanceof Error ? error.message : String(error)}${cause}\nIs the shop running? Start it with npm start.\n`,
  )
  process.exitCode = 3
}
