// `npm run payments -- reconcile [--since <time>] [--dry-run] [--json]`.
// Exit codes: 0 no difference is left, 1 some are (or it could not be said), 2 asked for in a wrong way.
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { Command } from 'commander'
import { complain, say } from '../../infrastructure/command-line/say.ts'
import { z } from 'zod'
import { eventStoreUrl } from '../../infrastructure/event-store/event-store-url.ts'
import { databaseUrl } from '../../infrastructure/postgres/database-url.ts'
import { shopEvents } from '../../domain/registry.ts'
import { connectEventStore } from '../../infrastructure/event-store/adapter.ts'
import { createCodec } from '../../infrastructure/event-store/codec.ts'
import { createCommandHandling } from '../../infrastructure/event-store/handle-command.ts'
import { commonConfig, readConfig } from '../../infrastructure/lifecycle/config.ts'
import { withLocalStores } from '../../infrastructure/lifecycle/local-stores.ts'
import { silentLogger } from '../../infrastructure/observability/logger.ts'
import { openPool } from '../../infrastructure/postgres/pool.ts'
import { providerCallsConfig, providerCallsNeeded } from '../../payment-providers/config.ts'
import { connectProvider } from '../../payment-providers/connect.ts'
import { exitCodeOf, reconciliationAsJson, reconciliationText } from './cli-output.ts'
import { reconciliationConfig } from './config.ts'
import { createReconcile, type Reconciliation } from './reconcile.ts'
import { sinceOf } from './since.ts'

class WrongUse extends Error {}

const config = z
  .object({
    ...commonConfig,
    ...reconciliationConfig,
    ...providerCallsConfig,
    EVENTSTORE_URL: eventStoreUrl,
    DATABASE_URL: databaseUrl,
  })
  .check(providerCallsNeeded)

/** Where the mock listens that `npm start` runs. Nothing is charged here, so nobody is sent back to any page. */
const localProvider = { PAYMENT_PROVIDER_URL: 'http://127.0.0.1:3010', STRIPE_RETURN_URL: 'http://127.0.0.1' }

type Flags = { readonly since: string; readonly dryRun?: true; readonly json?: true }

/** Until it is through, or the person at the keyboard has had enough. */
const reconciled = async (since: Date, heal: boolean): Promise<Reconciliation> => {
  const read = readConfig(config, {
    ...localProvider,
    ...withLocalStores(process.env, join(import.meta.dirname, '../..')),
  })
  const stopping = new AbortController()
  const stop = () => stopping.abort()
  process.once('SIGINT', stop).once('SIGTERM', stop)
  const store = await connectEventStore({ url: read.EVENTSTORE_URL })
  const pool = openPool({ url: read.DATABASE_URL, applicationName: 'payments tool', logger: silentLogger, max: 2 })
  const provider = connectProvider(read, { alarm: complain })
  try {
    await store.probe(5_000)
    const codec = createCodec(shopEvents)
    const reconcile = createReconcile({
      store,
      codec,
      commands: createCommandHandling({ store, codec }),
      database: pool,
      provider,
      callsPerSecond: read.RECONCILE_CALLS_PER_SECOND,
      graceMs: read.RECONCILE_GRACE_SECONDS * 1_000,
      newId: randomUUID,
      now: () => new Date(),
      warn: (message, error) => complain(`${message}: ${error instanceof Error ? error.message : String(error)}`),
    })
    const back = Date.now() - read.RECONCILE_DISPUTES_SECONDS * 1_000
    const disputesSince = new Date(Math.min(since.getTime(), back))
    return await reconcile({ since, disputesSince, heal, signal: stopping.signal })
  } finally {
    provider.close()
    await pool.end()
    await store.dispose()
  }
}

const reconcile = async ({ since: text, ...flags }: Flags): Promise<number> => {
  const [dryRun, json] = [flags.dryRun === true, flags.json === true]
  const since = sinceOf(text, new Date())
  if (since === undefined)
    throw new WrongUse(`${text} is no time in the past: 2h, 31d, 2026-01-31, 2026-01-31T08:00:00Z.`)
  const result = await reconciled(since, !dryRun)
  say(json ? JSON.stringify(reconciliationAsJson(result, dryRun), null, 2) : reconciliationText(result))
  if (dryRun && !json) say('Nothing was changed: --dry-run.')
  return exitCodeOf(result)
}

const ending = async (work: () => Promise<number>): Promise<void> => {
  try {
    process.exitCode = await work()
  } catch (error) {
    complain(error instanceof Error ? error.message : String(error))
    process.exitCode = error instanceof WrongUse ? 2 : 1
  }
}

const exits = (command: Command): Command => command.exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))

const program = exits(new Command('npm run payments --'))
  .description("Payments, refunds and disputes: whether the provider's books and ours say the same.")
  .addHelpText(
    'after',
    `
Uses EVENTSTORE_URL, DATABASE_URL, PAYMENT_PROVIDER and its variables; without them, what npm start runs here.
Exit codes: 0 no difference is left, 1 some are (or it was stopped), 2 asked for in a wrong way.
What each difference means, and what to do: docs/operations/reconciliation.md`,
  )

exits(
  program
    .command('reconcile')
    .description(
      "compares the provider's lists of payments, refunds and disputes with ours, and records what can be recorded",
    ),
)
  .option('--since <time>', 'how far back: 90m, 2h, 31d, or a date or time', '2d')
  .option('--dry-run', 'ask and compare, change nothing')
  .option('--json', 'as JSON')
  .action((flags: Flags) => ending(() => reconcile(flags)))

await program.parseAsync()
