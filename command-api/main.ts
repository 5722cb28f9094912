import { shopEvents } from '../domain/registry.ts'
import { connectEventStore } from '../infrastructure/event-store/adapter.ts'
import { refuseTellingDebug } from '../infrastructure/event-store/refuse-telling-debug.ts'
import { createCodec } from '../infrastructure/event-store/codec.ts'
import { callersBy } from '../http-api/callers.ts'
import { listen } from '../infrastructure/http/listen.ts'
import { readConfig } from '../infrastructure/lifecycle/config.ts'
import { run } from '../infrastructure/lifecycle/run.ts'
import { measured } from '../infrastructure/observability/measured-store.ts'
import { createRegistry } from '../infrastructure/observability/metrics.ts'
import { webhooksOf } from '../payment-providers/webhooks-of.ts'
import { buildCommandApi } from './app.ts'
import { followCatalogue } from './catalogue/followed-catalogue.ts'
import { commandApiConfig } from './config.ts'
import { commandHandling } from './handling.ts'
import { measuredOverload } from './overload/overload.ts'

await run('command-api', { env: process.env }, async (started) => {
  refuseTellingDebug(process.env)
  const config = readConfig(commandApiConfig, process.env)
  const { logger } = started

  const warn = (message: string, error: unknown) => logger.warn(message, { error })
  const registry = createRegistry({ service: 'command-api', processMetrics: true })
  const store = measured(await started.with(connectEventStore({ url: config.EVENTSTORE_URL, warn })), registry)
  const handling = commandHandling({ store, registry, logger })
  const catalogue = await started.with(followCatalogue({ store, handling, codec: createCodec(shopEvents) }))

  const app = buildCommandApi({
    store,
    handling,
    catalogue,
    overload: measuredOverload({ store, thresholdMs: config.OVERLOAD_BACKLOG_SECONDS * 1_000, registry, logger }),
    readiness: [
      {
        name: 'event store',
        check: async () => {
          await store.probe(1_000)
          return undefined
        },
      },
    ],
    ...callersBy(config, warn),
    logger,
    registry,
    readApiUrl: config.READ_API_URL.replace(/\/+$/, ''),
    webhooks: [webhooksOf(config)],
  })

  const { url } = await started.with(listen(app, { host: config.HOST, port: config.COMMAND_API_PORT }))
  logger.info('serving', { url })
})
