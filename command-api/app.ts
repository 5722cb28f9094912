import type { Express } from 'express'
import { stockSnapshots } from '../domain/inventory/stock-snapshot.ts'
import { shopEvents } from '../domain/registry.ts'
import { createCodec } from '../infrastructure/event-store/codec.ts'
import { createCommandHandling } from '../infrastructure/event-store/handle-command.ts'
import type { AllReader, StreamReader, StreamWriter } from '../infrastructure/event-store/port.ts'
import type { Authenticate } from '../infrastructure/http/authentication.ts'
import type { ReadinessCheck } from '../infrastructure/http/health.ts'
import type { RateLimit } from '../infrastructure/http/rate-limit.ts'
import { buildHttpApp } from '../infrastructure/http/server.ts'
import type { Logger } from '../infrastructure/observability/logger.ts'
import { measuredHandling } from '../infrastructure/observability/measured-handling.ts'
import { snapshotMetrics } from '../infrastructure/observability/snapshot-metrics.ts'
import { measured } from '../infrastructure/observability/measured-store.ts'
import type { Registry } from '../infrastructure/observability/metrics.ts'
import { commandingWith } from './commanding.ts'
import { inventoryRoutes } from './inventory/routes.ts'
import { orderRoutes } from './orders/routes.ts'
import { paymentRoutes } from './payments/routes.ts'
import { productRoutes } from './products/routes.ts'
import { webhookRoutes } from './webhooks/routes.ts'

export type CommandApiDependencies = {
  readonly store: StreamReader & StreamWriter & Pick<AllReader, 'headPosition'>
  readonly readiness: readonly ReadinessCheck[]
  readonly authenticate: Authenticate
  readonly rateLimit: RateLimit
  readonly logger: Logger
  readonly registry: Registry
  /** Without a slash at its end. */
  readonly readApiUrl: string
  readonly webhookSecrets: Readonly<Record<string, string>>
  readonly now?: () => Date
  /** How long a request waits for the store. */
  readonly patienceMs?: number
  readonly checkAnswers?: boolean
}

export const buildCommandApi = (dependencies: CommandApiDependencies): Express => {
  const { registry, readApiUrl, webhookSecrets: secrets, now = () => new Date(), patienceMs = 1_500, ...http } = dependencies
  const store = measured(dependencies.store, registry)
  const handling = measuredHandling(createCommandHandling({
    store, codec: createCodec(shopEvents), large: [stockSnapshots],
    onSnapshot: snapshotMetrics(registry, (message, error) => http.logger.warn(message, { error })),
  }), registry)
  const commanding = commandingWith({ handling, now, patienceMs })
  return buildHttpApp({
    ...http,
    registry,
    api: { title: 'Orders: commands', version: '1', description: 'Everything that can be asked for. What came of it is seen in the read API.' },
    routes: [
      ...orderRoutes({ commanding, store, readApiUrl }),
      ...paymentRoutes(commanding),
      ...productRoutes(commanding),
      ...inventoryRoutes(commanding),
      ...webhookRoutes({ commanding, secrets, now }),
    ],
  })
}
