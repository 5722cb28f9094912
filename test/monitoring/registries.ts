import { expect } from 'chai'
import { shopEvents } from '../../domain/registry.ts'
import { createCodec } from '../../infrastructure/event-store/codec.ts'
import { createCommandHandling } from '../../infrastructure/event-store/handle-command.ts'
import type { EventStore } from '../../infrastructure/event-store/port.ts'
import { requestLog } from '../../infrastructure/http/request-log.ts'
import { silentLogger } from '../../infrastructure/observability/logger.ts'
import { knownStateMetrics } from '../../infrastructure/observability/known-state-metrics.ts'
import { measuredHandling } from '../../infrastructure/observability/measured-handling.ts'
import { measuredPool } from '../../infrastructure/observability/measured-pool.ts'
import { measured } from '../../infrastructure/observability/measured-store.ts'
import { measuredSubscriptions } from '../../infrastructure/observability/measured-subscriptions.ts'
import { createRegistry, type Registry } from '../../infrastructure/observability/metrics.ts'
import { snapshotMetrics } from '../../infrastructure/observability/snapshot-metrics.ts'
import { openPool } from '../../infrastructure/postgres/pool.ts'
import { projectionMetrics } from '../../infrastructure/projections/metrics.ts'
import { watchGroupLag } from '../../infrastructure/subscriptions/group-lag.ts'
import { commandHandling } from '../../command-api/handling.ts'
import { measuredOverload } from '../../command-api/overload/overload.ts'
import { webhookRoutes } from '../../command-api/webhooks/routes.ts'
import { commandingWith } from '../../command-api/commanding.ts'
import { breakerMetrics } from '../../processors/breakers.ts'
import { deadLetterMetrics } from '../../processors/dead-letters/metrics.ts'
import { drivenOrders } from '../../processors/follow-ups/driven-orders.ts'
import { postgresTables } from '../../processors/follow-ups/postgres-tables.ts'
import { restMetrics } from '../../processors/follow-ups/rest-metrics.ts'
import { tableMetrics } from '../../processors/follow-ups/table-metrics.ts'
import { createGroupObservers, groupGauges } from '../../processors/group-observer.ts'
import { measuredMail, measuredSms } from '../../processors/notifications/measured-messages.ts'
import { measuredProvider } from '../../processors/payments/measured-provider.ts'
import { moneyMetrics } from '../../processors/payments/money-metrics.ts'
import { reconciliationMetrics } from '../../processors/reconciliation/metrics.ts'
import { fakeProvider } from '../processors/fake-provider.ts'
import { createInMemoryStore } from '../simulation/in-memory-store.ts'

const logger = silentLogger
const now = () => new Date()
const noEngine = () => ({ state: { role: 'standby' }, projections: [] }) as const
const groupLag = (registry: Registry) => {
  watchGroupLag({ store: store(), groups: [], registry, now, warn: () => undefined }).close()
}
/** Connects when it is first used, and nobody uses it. */
const pool = (registry: Registry) =>
  measuredPool(openPool({ url: 'postgres://nowhere.invalid/none', applicationName: 'metrics', logger }), registry)
// What it cannot do is not called.
const store = (): EventStore => createInMemoryStore() as Partial<EventStore> as EventStore

const commandApi = (registry: Registry): void => {
  const counted = measured(store(), registry)
  const handling = commandHandling({ store: counted, registry, logger })
  measuredOverload({ store: counted, thresholdMs: 5_000, registry, logger })
  requestLog(logger, registry)
  webhookRoutes({
    commanding: commandingWith({ handling, now, patienceMs: 1_000 }),
    webhooks: [],
    registry,
    logger,
    now,
  })
}

const readApi = (registry: Registry): void => {
  pool(registry)
  requestLog(logger, registry)
}

const projections = (registry: Registry): void => {
  pool(registry)
  measuredSubscriptions(store(), registry)
  groupLag(registry)
  projectionMetrics(registry, noEngine)
  requestLog(logger, registry)
}

const processors = (registry: Registry): void => {
  const codec = createCodec(shopEvents)
  const handling = createCommandHandling({ store: measured(createInMemoryStore(), registry), codec })
  measuredHandling(handling, registry)
  snapshotMetrics(registry, () => undefined)
  knownStateMetrics(registry)
  moneyMetrics(registry)
  measuredProvider(fakeProvider(), registry)
  const message = { send: async () => ({ providerMessageId: 'none' }) }
  measuredMail(message, registry)
  measuredSms(message, registry)
  createGroupObservers(registry, logger)
  groupGauges(registry, () => new Map(), now)
  groupLag(registry)
  breakerMetrics(registry, () => ({ payment_provider: 'closed', mail: 'closed', sms: 'closed' }))
  projectionMetrics(registry, noEngine)
  drivenOrders(registry, logger)
  reconciliationMetrics(registry, now, 1_000)
  restMetrics(registry)
  tableMetrics({ registry, tables: postgresTables(pool(registry)), standsStillAfterMs: 60_000, now })
  deadLetterMetrics(registry, [], { of: () => expect.fail('there is no group') }, now)
  requestLog(logger, registry)
}

const consoleOfOperators = (registry: Registry): void => {
  requestLog(logger, registry)
}

const made = {
  'command-api': commandApi,
  'read-api': readApi,
  processors,
  projections,
  console: consoleOfOperators,
} as const

export type ProcessName = keyof typeof made
export const processNames = Object.keys(made) as readonly ProcessName[]

/**
 * The metrics of each process, made as its main makes them and with nothing counted. What a main has and this lacks is seen by the test
 * that asks the processes themselves.
 */
export const registryOf = (name: ProcessName): Registry => {
  const registry = createRegistry({ service: name, processMetrics: true })
  made[name](registry)
  return registry
}
