import { shopEvents } from '../domain/registry.ts'
import { connectEventStore } from '../infrastructure/event-store/adapter.ts'
import { refuseTellingDebug } from '../infrastructure/event-store/refuse-telling-debug.ts'
import { createCodec } from '../infrastructure/event-store/codec.ts'
import { callersBy } from '../http-api/callers.ts'
import { notLeaving } from '../infrastructure/http/health.ts'
import { startHeartbeat } from '../infrastructure/http/heartbeat.ts'
import { readConfig } from '../infrastructure/lifecycle/config.ts'
import { tracingOf } from '../infrastructure/lifecycle/tracing-of.ts'
import { run } from '../infrastructure/lifecycle/run.ts'
import { serve, startManagement } from '../infrastructure/lifecycle/serve.ts'
import { measured } from '../infrastructure/observability/measured-store.ts'
import { traced } from '../infrastructure/observability/tracing/traced-store.ts'
import { tracedHandling } from '../infrastructure/observability/tracing/traced-handling.ts'
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
  const tracing = await tracingOf(started, 'command-api', config)
  const management = await startManagement(started, config)

  const warn = (message: string, error: unknown) => logger.warn(message, { error })
  const registry = createRegistry({ service: 'command-api', processMetrics: true })
  const connected = await started.with(connectEventStore({ url: config.EVENTSTORE_URL, warn }))
  const store = traced(measured(connected, registry), tracing)
  const handling = tracedHandling(commandHandling({ store, registry, logger }), tracing)
  const catalogue = await started.with(followCatalogue({ store, handling, codec: createCodec(shopEvents) }))

  const eventStore = await started.with(
    startHeartbeat({
      name: 'event store',
      ask: async () => {
        await store.probe(1_000)
        return undefined
      },
    }),
  )

  const app = buildCommandApi({
    store,
    handling,
    catalogue,
    overload: measuredOverload({ store, thresholdMs: config.OVERLOAD_BACKLOG_SECONDS * 1_000, registry, logger }),
    readiness: [notLeaving(started.leaving), eventStore.check],
    readinessDetails: () => ({ 'event store': eventStore.age() }),
    management,
    ...callersBy(config, warn),
    logger,
    registry,
    readApiUrl: config.READ_API_URL.replace(/\/+$/, ''),
    webhooks: [webhooksOf(config)],
  })

  await serve(started, config, { app, variable: 'COMMAND_API_PORT', port: config.COMMAND_API_PORT })
})
