import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ChildName } from './child-name.ts'
import { Child, type ChildOptions } from './child.ts'
import { untilHealthy } from './health.ts'
import { eventStoreArguments } from './event-store-arguments.ts'
import { heapArguments } from './heaps.ts'
import { keepPostgres, type KeptPostgres } from './kept-postgres.ts'
import { secretsOf, type Secrets } from './secrets.ts'
import type { Ports } from './settings.ts'

export type ShopOptions = {
  /** Where data, logs and secrets are kept. */
  readonly data: string
  readonly ports: Ports
  /** Passed to every process. EVENTSTORE_URL or DATABASE_URL in it: that store is used, and none embedded. */
  readonly environment: NodeJS.ProcessEnv
  /** The embedded event store runs its standard projections; nothing of the shop needs them. */
  readonly projections?: boolean | undefined
  readonly onDeath: ChildOptions['onDeath']
  readonly onProgress?: (what: string) => void
}

export type Shop = {
  readonly urls: Readonly<
    Record<'commandApi' | 'readApi' | 'console' | 'processors' | 'projections' | 'paymentProvider' | 'mails', string>
  >
  readonly eventStoreUrl: string
  readonly databaseUrl: string
  readonly secrets: Secrets
  readonly logs: string
  /** What every process of the shop is given: enough to start one more beside it, on a port of its own. */
  readonly environment: Readonly<NodeJS.ProcessEnv>
  /** Undefined for a store that somebody else runs. */
  child(name: ChildName): Child | undefined
  /** Answers once every process says that it can serve. */
  untilReady(limitMs?: number): Promise<void>
  /** In order: APIs, processors, projections, the mocks, the stores. */
  stop(): Promise<void>
}

const programs: Readonly<Record<ChildName, string>> = {
  'event-store': 'embedded/event-store/main.ts',
  'payment-provider': 'embedded/payment-provider/main.ts',
  'mail-catcher': 'embedded/mail-catcher/main.ts',
  'command-api': 'command-api/main.ts',
  processors: 'processors/main.ts',
  projections: 'projections/main.ts',
  'read-api': 'read-api/main.ts',
  console: 'console/main.ts',
}

const stopOrder: readonly (readonly ChildName[])[] = [
  ['console', 'command-api', 'read-api'],
  ['processors'],
  ['projections'],
  ['payment-provider', 'mail-catcher'],
  ['event-store'],
]

const migrate = async (environment: NodeJS.ProcessEnv, logFile: string): Promise<void> => {
  const log = openSync(logFile, 'a')
  const child = spawn(process.execPath, ['migrations/main.ts'], { env: environment, stdio: ['ignore', log, log] })
  closeSync(log)
  const [code] = (await once(child, 'exit')) as [number | null]
  if (code !== 0)
    throw new Error(`the migrations failed (exit code ${code}):\n${readFileSync(logFile, 'utf8').slice(-2_000)}`)
}

/** Starts the stores, migrates, and starts every process of the shop. Whatever fails on the way, nothing is left running. */
export const startShop = async (options: ShopOptions): Promise<Shop> => {
  const { data, ports, onDeath } = options
  const progress = options.onProgress ?? (() => undefined)
  const logs = join(data, 'logs')
  mkdirSync(logs, { recursive: true })
  const secrets = secretsOf(data, options.environment)
  const at = (port: number): string => `http://127.0.0.1:${port}`
  const urls = {
    commandApi: at(ports['command-api']),
    readApi: at(ports['read-api']),
    console: at(ports.console),
    processors: at(ports.processors),
    projections: at(ports.projections),
    paymentProvider: at(ports['payment-provider']),
    mails: at(ports['mail-catcher']),
  }
  // An empty variable says nothing.
  const givenEventStore = options.environment['EVENTSTORE_URL'] || undefined
  const givenDatabase = options.environment['DATABASE_URL'] || undefined
  const eventStoreUrl = givenEventStore ?? `esdb://127.0.0.1:${ports['event-store']}?tls=false`

  const environment: NodeJS.ProcessEnv = {
    JWT_ISSUER: secrets.issuer,
    JWT_AUDIENCE: secrets.audience,
    JWT_SECRET: secrets.jwtSecret,
    PAYMENT_WEBHOOK_SECRET: secrets.webhookSecret,
    PAYMENT_WEBHOOK_URL: `${urls.commandApi}/v1/webhooks/mock`,
    PAYMENT_PROVIDER_URL: urls.paymentProvider,
    // For whoever chooses Stripe with nothing but a key: then nobody can sign a webhook, and what calls are answered has to do.
    STRIPE_WEBHOOK_SECRET: secrets.webhookSecret,
    STRIPE_RETURN_URL: `${urls.readApi}/docs`,
    SMTP_URL: `smtp://127.0.0.1:${ports['mail-catcher (SMTP)']}`,
    MAIL_FROM: 'Shop <shop@shop.example>',
    OPERATOR_EMAIL: 'operators@shop.example',
    READ_API_URL: urls.readApi,
    CONSOLE_DEVELOPMENT_SIGN_IN: '1',
    PAYMENT_PROVIDER_DATA: join(data, 'payment-provider.json'),
    // Nobody stands in front of these processes who would have to look for others.
    SHUTDOWN_DELAY_SECONDS: '0',
    ...options.environment,
    EVENTSTORE_URL: eventStoreUrl,
    // Whatever the environment says of them: these are the ones that were found free, and that everybody is told.
    COMMAND_API_PORT: String(ports['command-api']),
    // One variable for all of them, and each needs its own.
    MANAGEMENT_PORT: undefined,
    READ_API_PORT: String(ports['read-api']),
    CONSOLE_PORT: String(ports.console),
    CONSOLE_COMMAND_API_URL: urls.commandApi,
    CONSOLE_READ_API_URL: urls.readApi,
    CONSOLE_PROCESSORS_URL: urls.processors,
    CONSOLE_PROJECTIONS_URL: urls.projections,
    PROCESSORS_PORT: String(ports.processors),
    PROJECTIONS_PORT: String(ports.projections),
    PAYMENT_PROVIDER_PORT: String(ports['payment-provider']),
    MAIL_CATCHER_HTTP_PORT: String(ports['mail-catcher']),
    MAIL_CATCHER_SMTP_PORT: String(ports['mail-catcher (SMTP)']),
  }

  const children = new Map<ChildName, Child>()
  let postgres: KeptPostgres | undefined
  const launch = (name: ChildName, programArguments: readonly string[] = []): void => {
    const logFile = join(logs, `${name}.log`)
    const child = new Child({
      name,
      nodeArguments: heapArguments(name),
      program: programs[name],
      arguments: programArguments,
      environment,
      logFile,
      onDeath,
    })
    children.set(name, child)
    child.start()
  }

  const stop = async (): Promise<void> => {
    for (const together of stopOrder)
      await Promise.all(
        together.map(async (name) => {
          await children.get(name)?.stop()
        }),
      )
    await postgres?.stop()
  }

  const healthOf: Readonly<Record<ChildName, string>> = {
    'event-store': `${at(ports['event-store'])}/health/live`,
    'payment-provider': `${urls.paymentProvider}/health/live`,
    'mail-catcher': `${urls.mails}/health/live`,
    'command-api': `${urls.commandApi}/health/ready`,
    processors: `${urls.processors}/health/ready`,
    projections: `${urls.projections}/health/ready`,
    'read-api': `${urls.readApi}/health/ready`,
    console: `${urls.console}/health/ready`,
  }

  try {
    progress('starting the stores')
    if (givenEventStore === undefined) {
      const { projections } = options
      launch(
        'event-store',
        eventStoreArguments({ port: ports['event-store'], data: join(data, 'event-store'), projections }),
      )
    }
    launch('payment-provider')
    launch('mail-catcher')
    if (givenDatabase === undefined) {
      postgres = await keepPostgres({ data: join(data, 'postgres'), port: ports.postgres, onDeath })
    }
    const databaseUrl = givenDatabase ?? postgres?.url
    if (databaseUrl === undefined) throw new Error('no database')
    environment['DATABASE_URL'] = databaseUrl
    // For the tools: with it they find the stores that run here. It holds the database's password.
    writeFileSync(join(data, 'stores.env'), `EVENTSTORE_URL="${eventStoreUrl}"\nDATABASE_URL="${databaseUrl}"\n`, {
      mode: 0o600,
    })
    progress('migrating')
    await migrate(environment, join(logs, 'migrations.log'))
    if (givenEventStore === undefined) await untilHealthy(healthOf['event-store'], 20_000)
    progress('starting the processes')
    for (const name of ['command-api', 'processors', 'projections', 'read-api', 'console'] as const) launch(name)

    return {
      urls,
      eventStoreUrl,
      databaseUrl,
      secrets,
      logs,
      environment,
      child: (name) => children.get(name),
      async untilReady(limitMs = 60_000) {
        await Promise.all([...children.keys()].map((name) => untilHealthy(healthOf[name], limitMs)))
      },
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}
