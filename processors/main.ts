import { randomUUID } from 'node:crypto'
import { shopEvents } from '../domain/registry.ts'
import { stockSnapshots } from '../domain/inventory/stock-snapshot.ts'
import { connectEventStore } from '../infrastructure/event-store/adapter.ts'
import { refuseTellingDebug } from '../infrastructure/event-store/refuse-telling-debug.ts'
import { createCodec } from '../infrastructure/event-store/codec.ts'
import { createCommandHandling } from '../infrastructure/event-store/handle-command.ts'
import { callersBy } from '../http-api/callers.ts'
import { notLeaving } from '../infrastructure/http/health.ts'
import { readConfig } from '../infrastructure/lifecycle/config.ts'
import { tracingOf } from '../infrastructure/lifecycle/tracing-of.ts'
import { run } from '../infrastructure/lifecycle/run.ts'
import { serve, startManagement } from '../infrastructure/lifecycle/serve.ts'
import { knownStateMetrics } from '../infrastructure/observability/known-state-metrics.ts'
import { measuredHandling } from '../infrastructure/observability/measured-handling.ts'
import { measuredPool } from '../infrastructure/observability/measured-pool.ts'
import { snapshotMetrics } from '../infrastructure/observability/snapshot-metrics.ts'
import { measured } from '../infrastructure/observability/measured-store.ts'
import { traced } from '../infrastructure/observability/tracing/traced-store.ts'
import { tracedHandling } from '../infrastructure/observability/tracing/traced-handling.ts'
import { createRegistry } from '../infrastructure/observability/metrics.ts'
import { projectVersion } from '../infrastructure/observability/project-version.ts'
import { watchedWrites } from '../infrastructure/observability/watched-writes.ts'
import { refuseUntrustedDatabase } from '../infrastructure/postgres/database-trust.ts'
import { openPool } from '../infrastructure/postgres/pool.ts'
import { watchGroupLag } from '../infrastructure/subscriptions/group-lag.ts'
import { postgresAttempts } from '../infrastructure/subscriptions/postgres-attempts.ts'
import { rebuildOptions } from '../infrastructure/projections/config.ts'
import { projectionMetrics } from '../infrastructure/projections/metrics.ts'
import { turnsUntil } from '../infrastructure/time/turns.ts'
import { buildProcessorsApp } from './app.ts'
import { breakerMetrics, breakersOf } from './breakers.ts'
import { buildProcessors } from './build.ts'
import { processorsConfig } from './config.ts'
import { startConsumers } from './consumers.ts'
import { callsWhileDrainingMs, drainLimitMs } from './drain-limits.ts'
import { startDesk } from './dead-letters/desk.ts'
import { createParkedOrders } from './dead-letters/parked-orders.ts'
import { postgresResolutions } from './dead-letters/resolutions.ts'
import { readBeforeConsuming } from './dead-letters/sweeper.ts'
import { createUnresolved } from './dead-letters/unresolved.ts'
import { createWouldDo } from './dead-letters/would-do.ts'
import { deadlineSettingsOf, delaysOf } from './durations.ts'
import { notedWrites } from './follow-ups/noted-writes.ts'
import { followUpPasses } from './follow-ups/passes.ts'
import { restMetrics } from './follow-ups/rest-metrics.ts'
import { startFollowUps } from './follow-ups/start.ts'
import { createGroupObservers, groupGauges } from './group-observer.ts'
import { groupSettings, keyOf } from './groups.ts'
import { measuredMail, measuredSms } from './notifications/measured-messages.ts'
import { tracedSender } from './notifications/traced-messages.ts'
import { openSenders } from './notifications/senders.ts'
import { connectProvider } from '../payment-providers/connect.ts'
import { moneyMetrics } from './payments/money-metrics.ts'
import { measuredProvider } from './payments/measured-provider.ts'
import { callLimit } from './perform/call-limit.ts'
import { postgresLeases } from './perform/postgres-leases.ts'
import { schedule } from './perform/schedule.ts'
import { performedLog } from './performed-log.ts'
import { serviceNames } from './services.ts'

await run('processors', { env: process.env, drainLimitMs }, async (started) => {
  refuseTellingDebug(process.env)
  const config = readConfig(processorsConfig, process.env)
  const tracing = await tracingOf(started, 'processors', config)
  const management = await startManagement(started, config)
  await refuseUntrustedDatabase(config.DATABASE_URL)
  const { logger } = started
  const warn = (message: string, error: unknown) => logger.warn(message, { error })
  const now = () => new Date()
  const newId = () => randomUUID()
  const registry = createRegistry({ service: 'processors', processMetrics: true })

  // Stores and the outside. None of them has to be there for the process to start: what is away is waited for.
  const connected = await started.with(connectEventStore({ url: config.EVENTSTORE_URL, warn }))
  const store = traced(measured(connected, registry), tracing)
  const pool = measuredPool(
    await started.with(openPool({ url: config.DATABASE_URL, applicationName: 'processors', logger, max: 20 }), (open) =>
      open.end(),
    ),
    registry,
  )
  const provider = await started.with(
    connectProvider(config, {
      alarm: (message, fields) => logger.error(message, fields),
      timeLimitMs: config.PROVIDER_TIMEOUT_MS,
      onBreaker: (state) => logger.warn(`payment provider circuit breaker: ${state}`),
      onLookUpBreaker: (state) => logger.warn(`payment provider look-ups circuit breaker: ${state}`),
    }),
  )
  const senders = await started.with(openSenders(config, { timeLimitMs: config.PROVIDER_TIMEOUT_MS, logger }))

  // What the processors do.
  const codec = createCodec(shopEvents)
  const { commands, noteWrites } = notedWrites(
    tracedHandling(
      measuredHandling(
        watchedWrites(
          createCommandHandling({
            store,
            codec,
            large: [stockSnapshots],
            onSnapshot: snapshotMetrics(registry, warn),
            onTurn: knownStateMetrics(registry),
          }),
          moneyMetrics(registry),
        ),
        registry,
      ),
      tracing,
    ),
  )
  const leases = await started.with(postgresLeases(pool, { leaseMs: config.FOLLOW_UP_LEASE_SECONDS * 1_000 }), (open) =>
    open.drained(),
  )
  const delays = delaysOf(config)
  const calling = {
    commands,
    leases,
    newId,
    now,
    provider: measuredProvider(provider, registry),
    // A moment more than the adapters' own limits, which know better what a time-out means.
    limit: callLimit(config.PROVIDER_TIMEOUT_MS + 1_000, { signal: started.signal, limitMs: callsWhileDrainingMs }),
    dueAgain: schedule(delays.all, Math.random),
  }
  const processors = await started.with(
    buildProcessors({
      ...calling,
      store,
      codec,
      warn,
      tracing,
      mail: tracedSender('send mail', measuredMail(senders.mail, registry), tracing),
      sms: tracedSender('send sms', measuredSms(senders.sms, registry), tracing),
      operatorEmail: config.OPERATOR_EMAIL,
      writing: { language: config.SHOP_LANGUAGE, timeZone: config.SHOP_TIME_ZONE },
      idempotencyKeyTtlMs: config.PROVIDER_KEYS_KEPT_HOURS * 3_600_000,
      callsAtOnce: {
        payment: config.PROVIDER_CALLS_AT_ONCE,
        refund: config.PROVIDER_CALLS_AT_ONCE,
        notification: config.MAILS_AT_ONCE,
      },
      draining: started.signal,
      failed: (message, error) => logger.error(message, { error }),
      report: performedLog(logger),
    }),
    ({ performing }) => performing.close(),
  )

  // The groups, and what is put aside of them.
  const resolutions = postgresResolutions(pool)
  const unresolved = createUnresolved({ groups: serviceNames, store, resolutions, keyOf, now })
  const attempts = await started.with(postgresAttempts({ database: pool, now: Date.now, warn }), (open) =>
    open.drained(),
  )
  const consumers = await started.with(
    startConsumers({
      names: config.PROCESSORS,
      store: readBeforeConsuming(store, unresolved, warn),
      lettersOf: (group) => unresolved.lettersFor(group),
      attempts,
      tracing,
      processors,
      observerOf: createGroupObservers(registry, logger),
      maxRunning: config.PROCESSORS_CONCURRENCY,
      handlerVersion: projectVersion,
    }),
  )
  groupGauges(registry, () => consumers.statuses(), now)
  await started.with(watchGroupLag({ store: connected, groups: serviceNames, registry, now, warn }))

  // The follow-ups.
  const around = { store, codec, pool, logger, draining: started.signal }
  const breakers = breakerMetrics(registry, breakersOf(provider, senders))
  const passes = followUpPasses({
    ...calling,
    ...around,
    config,
    registry,
    tracing,
    processors,
    consumers,
    noteWrites,
    isParked: createParkedOrders(unresolved, now),
    breakers,
    turns: turnsUntil(started.signal, config.FOLLOW_UP_CALLS_PER_SECOND),
    isPaused: () => provider.isPaused(),
    listing: provider.listing,
    alert: (message, fields) => logger.error(message, fields),
  })
  const followUps = await started.with(
    startFollowUps({
      ...around,
      databaseUrl: config.DATABASE_URL,
      everyMs: config.FOLLOW_UP_EVERY_SECONDS * 1_000,
      firstDelayMs: delays.first,
      ...rebuildOptions(config),
      passes,
      told: restMetrics(registry),
    }),
  )
  projectionMetrics(registry, () => followUps.status())

  // Dead letters: what follows by itself, and what operators decide over HTTP.
  const deadLetters = await started.with(
    startDesk({
      ...around,
      registry,
      groups: serviceNames,
      wouldDo: createWouldDo({ store, codec, servicesOver: processors.servicesOver, large: [stockSnapshots], now }),
      unresolved,
      resolutions,
      database: pool,
      consumers,
      everyMs: config.DEAD_LETTERS_EVERY_SECONDS * 1_000,
      now,
      // What still waits for its turn is over only when its group drains.
    }),
    (kept) => Promise.all([consumers.close(), kept.close()]),
  )
  const app = buildProcessorsApp({
    deadLetters,
    groups: serviceNames,
    statuses: () => consumers.statuses(),
    followUps: () => followUps.status(),
    standing: {
      store,
      wanted: groupSettings,
      database: pool,
      firstDelayMs: delays.first,
      deadline: deadlineSettingsOf(config),
      now,
    },
    readiness: [notLeaving(started.leaving)],
    management,
    breakers,
    ...callersBy(config, warn),
    logger,
    registry,
  })
  await serve(started, config, {
    app,
    variable: 'PROCESSORS_PORT',
    port: config.PROCESSORS_PORT,
    fields: { services: config.PROCESSORS },
  })
})
