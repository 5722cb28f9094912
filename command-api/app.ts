import type { Express } from 'express'
import type { CommandHandling } from '../infrastructure/event-store/handle-command.ts'
import type { StreamReader } from '../infrastructure/event-store/port.ts'
import type { Callers } from '../http-api/callers.ts'
import type { ReadinessCheck, ReadinessDetails } from '../infrastructure/http/health.ts'
import type { Management } from '../infrastructure/http/management.ts'
import { buildApi } from '../http-api/app.ts'
import type { Logger } from '../infrastructure/observability/logger.ts'
import type { Registry } from '../infrastructure/observability/metrics.ts'
import type { Catalogue } from './catalogue/catalogue.ts'
import type { ProviderWebhooks } from '../payment-providers/webhooks.ts'
import { commandingWith } from './commanding.ts'
import { inventoryRoutes } from './inventory/routes.ts'
import { notificationRoutes } from './notifications/routes.ts'
import type { Overload } from './overload/overload.ts'
import { orderRoutes } from './orders/routes.ts'
import { paymentRoutes } from './payments/routes.ts'
import { productRoutes } from './catalogue/routes.ts'
import { webhookRoutes } from './webhooks/routes.ts'

export type CommandApiDependencies = Callers & {
  readonly store: StreamReader
  readonly handling: CommandHandling
  readonly catalogue: Catalogue
  readonly overload: Overload
  readonly readiness: readonly ReadinessCheck[]
  readonly readinessDetails?: ReadinessDetails
  readonly management?: Management | undefined
  readonly logger: Logger
  readonly registry: Registry
  /** Without a slash at its end. */
  readonly readApiUrl: string
  readonly webhooks: readonly ProviderWebhooks[]
  readonly now?: () => Date
  /** How long a request waits for the store. */
  readonly patienceMs?: number
  readonly checkAnswers?: boolean
}

export const buildCommandApi = (dependencies: CommandApiDependencies): Express => {
  const {
    store,
    handling,
    catalogue,
    overload,
    readApiUrl,
    webhooks,
    now = () => new Date(),
    patienceMs = 1_500,
    ...http
  } = dependencies
  const commanding = commandingWith({ handling, now, patienceMs })
  return buildApi({
    ...http,
    api: {
      title: 'Orders: commands',
      version: '1',
      description: 'Everything that can be asked for. What came of it is seen in the read API.',
    },
    routes: [
      ...orderRoutes({ commanding, catalogue, overload, store, readApiUrl }),
      ...paymentRoutes(commanding),
      ...notificationRoutes(commanding),
      ...productRoutes(commanding),
      ...inventoryRoutes(commanding),
      ...webhookRoutes({ commanding, webhooks, registry: http.registry, logger: http.logger, now }),
    ],
  })
}
