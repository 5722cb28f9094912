import { processManagers } from '../domain/process-managers.ts'
import { shopEvents } from '../domain/registry.ts'
import { connectEventStore } from '../infrastructure/event-store/adapter.ts'
import { refuseTellingDebug } from '../infrastructure/event-store/refuse-telling-debug.ts'
import { callersBy } from '../http-api/callers.ts'
import { createCodec } from '../infrastructure/event-store/codec.ts'
import { notLeaving } from '../infrastructure/http/health.ts'
import { readConfig } from '../infrastructure/lifecycle/config.ts'
import { tracingOf } from '../infrastructure/lifecycle/tracing-of.ts'
import { run } from '../infrastructure/lifecycle/run.ts'
import { serve, startManagement } from '../infrastructure/lifecycle/serve.ts'
import { measuredPool } from '../infrastructure/observability/measured-pool.ts'
import { measuredSubscriptions } from '../infrastructure/observability/measured-subscriptions.ts'
import { tracedBatches } from '../infrastructure/observability/tracing/traced-batches.ts'
import { createRegistry } from '../infrastructure/observability/metrics.ts'
import { refuseUntrustedDatabase } from '../infrastructure/postgres/database-trust.ts'
import { openPool } from '../infrastructure/postgres/pool.ts'
import { rebuildOptions } from '../infrastructure/projections/config.ts'
import { startEngine } from '../infrastructure/projections/engine.ts'
import { createRebuilds } from '../infrastructure/projections/rebuilds.ts'
import { createRollbacks } from '../infrastructure/projections/rollbacks.ts'
import { rebuildCommandOf } from '../infrastructure/projections/tool/rebuild-command.ts'
import { watchGroupLag } from '../infrastructure/subscriptions/group-lag.ts'
import { buildProjectionsApp } from './app.ts'
import { projectionsConfig } from './config.ts'
import { shopProjections } from './registry.ts'
import { catchUpSource } from './source.ts'

await run('projections', { env: process.env }, async (started) => {
  refuseTellingDebug(process.env)
  const config = readConfig(projectionsConfig, process.env)
  await refuseUntrustedDatabase(config.DATABASE_URL)
  const { logger } = started
  const tracing = await tracingOf(started, 'projections', config)
  const registry = createRegistry({ service: 'projections', processMetrics: true })

  const warn = (message: string, error: unknown) => logger.warn(message, { error })
  const store = await started.with(connectEventStore({ url: config.EVENTSTORE_URL, warn }))
  const pool = measuredPool(
    await started.with(openPool({ url: config.DATABASE_URL, applicationName: 'projections', logger }), (open) =>
      open.end(),
    ),
    registry,
  )

  const decoder = createCodec(shopEvents)
  const engine = await started.with(
    startEngine({
      name: 'projections',
      projections: shopProjections,
      decoder,
      source: catchUpSource(measuredSubscriptions(store, registry), logger),
      holds: (position) => store.holds(position),
      probe: () => store.probe(2_000),
      rebuildCommand: rebuildCommandOf('projections'),
      ...rebuildOptions(config),
      around: tracedBatches(tracing),
      pool,
      databaseUrl: config.DATABASE_URL,
      logger,
    }),
    (running) => running.stop(),
  )

  // Looked at from here too, where it is seen also while no processors are there.
  const groups = processManagers.map(({ group }) => group)
  await started.with(watchGroupLag({ store, groups, registry, now: () => new Date(), warn }))

  const readiness = [notLeaving(started.leaving)]
  const { MANAGEMENT_PORT: managementPort, PROJECTIONS_PORT: port, JWT_ISSUER, JWT_AUDIENCE } = config
  const isAsked = (config.JWT_SECRET ?? config.JWT_JWKS_URL) !== undefined
  if (!isAsked || JWT_ISSUER === undefined || JWT_AUDIENCE === undefined) {
    const app = buildProjectionsApp({ status: engine.status, readiness, logger, registry })
    // There are no routes that would need a port besides.
    const where =
      managementPort === undefined
        ? { variable: 'PROJECTIONS_PORT', port }
        : { variable: 'MANAGEMENT_PORT', port: managementPort }
    await serve(started, config, { app, ...where })
    return
  }

  const management = await startManagement(started, config)
  const replacing = {
    projections: shopProjections,
    decoder,
    sourceOf: catchUpSource,
    store,
    pool,
    databaseUrl: config.DATABASE_URL,
    logger,
    now: () => new Date(),
  }
  const rebuilds = await started.with(createRebuilds(replacing))
  const rollbacks = await started.with(createRollbacks(replacing))
  const callers = callersBy({ ...config, JWT_ISSUER, JWT_AUDIENCE }, warn)
  const operators = { callers, rebuilds, rollbacks }
  const app = buildProjectionsApp({ status: engine.status, readiness, operators, management, logger, registry })
  await serve(started, config, { app, variable: 'PROJECTIONS_PORT', port })
})
