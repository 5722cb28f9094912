import { z } from 'zod'
import { eventStoreUrl } from '../infrastructure/event-store/event-store-url.ts'
import { callersConfig } from '../http-api/callers.ts'
import { oneTokenKey } from '../infrastructure/http/authentication.ts'
import { providerWebhooksConfig, providerWebhooksNeeded } from '../payment-providers/config.ts'
import { commonConfig, port } from '../infrastructure/lifecycle/config.ts'
import { tracingConfig } from '../infrastructure/observability/tracing/config.ts'
import { servingConfig } from '../infrastructure/lifecycle/serve.ts'

export const commandApiConfig = z
  .object({
    ...commonConfig,
    ...servingConfig,
    ...tracingConfig,
    ...callersConfig,
    COMMAND_API_PORT: port(3000),
    EVENTSTORE_URL: eventStoreUrl,
    /** Where clients find the read API: new orders are pointed to there. */
    READ_API_URL: z.url({ protocol: /^https?$/ }),
    /** Orders that the services have not begun with after so many seconds: from here on some requests are refused, from twice as many all. */
    OVERLOAD_BACKLOG_SECONDS: z.coerce.number<string>().min(5).default(5),
    ...providerWebhooksConfig,
  })
  .check(oneTokenKey)
  .check(providerWebhooksNeeded)
