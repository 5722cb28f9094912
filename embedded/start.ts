// `npm start`: the whole shop on one machine, from the project's own dependencies.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { Command } from 'commander'
import { withValuesOfFiles } from '../infrastructure/lifecycle/secret-files.ts'
import { removePostgresData } from './postgres.ts'
import { takenPorts } from './ports.ts'
import { screen } from './shop/screen.ts'
import { seedCatalogue } from './shop/seed.ts'
import { startShop, type Shop } from './shop/shop.ts'
import { ownVariables, portsFrom, quickDurations, wishedPorts } from './shop/settings.ts'
import { developmentToken } from './shop/token.ts'

const began = Date.now()
const say = (line: string) => process.stdout.write(`${line}\n`)
const complain = (line: string) => process.stderr.write(`${line}\n`)

const root = join(import.meta.dirname, '..')
const { fresh, projections } = new Command('npm start --')
  .description(
    'Starts both stores, all processes of the shop, a payment provider and a mail catcher, and seeds a catalogue.',
  )
  .option('--fresh', 'forget all data of earlier runs first')
  .option(
    '--projections',
    'have the embedded event store write streams by category and by type too; it goes on with that',
  )
  .addHelpText(
    'after',
    `
Data is kept in .data/ between runs (DATA_DIRECTORY; PostgreSQL's, when root starts it, in /var/lib/order-processing-embedded). With EVENTSTORE_URL or DATABASE_URL set, that store is used and none is embedded.
Ports: CONSOLE_PORT, COMMAND_API_PORT, READ_API_PORT, PROCESSORS_PORT, PROJECTIONS_PORT, PAYMENT_PROVIDER_PORT,
MAIL_CATCHER_HTTP_PORT, MAIL_CATCHER_SMTP_PORT, EVENT_STORE_PORT, POSTGRES_PORT. Ctrl-C stops everything in order; a second Ctrl-C at once.`,
  )
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .parse()
  .opts<{ fresh?: true; projections?: true }>()

const data = process.env['DATA_DIRECTORY'] ?? join(root, '.data')

let shop: Shop | undefined
let stopping = false
let firstSignalAt = 0

/** One Ctrl-C can arrive by several ways (the terminal's group, npm, the launcher); within this time it is the same one. */
const sameKeyPressMs = 700

const end = async (code: number): Promise<never> => {
  await shop?.stop()
  process.exit(code)
}

const onSignal = (): void => {
  if (stopping) {
    if (Date.now() - firstSignalAt < sameKeyPressMs) return
    complain('Stopping at once.')
    // Everything else ends by itself when the pipes from this process close.
    process.exit(130)
  }
  stopping = true
  firstSignalAt = Date.now()
  say('\nStopping (Ctrl-C again to kill) …')
  void end(0)
}
process.on('SIGINT', onSignal)
process.on('SIGTERM', onSignal)
process.on('SIGHUP', onSignal)

try {
  const environment = withValuesOfFiles(ownVariables, { ...quickDurations, ...process.env })
  const ports = portsFrom(environment)
  const taken = await takenPorts(wishedPorts(ports, environment))
  if (taken.length > 0) {
    for (const { what, variable, port } of taken)
      complain(`Port ${port} (${what}) is taken. Choose another: ${variable}=<port> npm start`)
    process.exit(1)
  }
  if (fresh) {
    await removePostgresData(join(data, 'postgres'))
    rmSync(data, { recursive: true, force: true })
  }
  shop = await startShop({
    data,
    ports,
    environment,
    projections,
    onProgress: (what) => say(`  ${what} …`),
    onDeath: ({ name, how, restarted }) =>
      complain(
        restarted
          ? `${name} died (${how}) and is started again; see ${join(data, 'logs', `${name}.log`)}`
          : `${name} died eight times within a minute and is not restarted; see ${join(data, 'logs', `${name}.log`)}`,
      ),
  })
  // Not yet stopped by a signal that came while the stores started.
  if (stopping) await end(0)
  await shop.untilReady()
  say('  seeding the catalogue …')
  const admin = developmentToken(shop.secrets, { sub: 'seed', role: 'admin' })
  await seedCatalogue(shop.urls.commandApi, admin)
  say(screen(shop, { tookMs: Date.now() - began, environment }))
} catch (error) {
  if (!stopping) {
    complain(`The shop could not be started: ${error instanceof Error ? error.message : String(error)}`)
    await end(1)
  }
}
