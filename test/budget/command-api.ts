import { buildCommandApi } from '../../command-api/app.ts'
import { followCatalogue } from '../../command-api/catalogue/followed-catalogue.ts'
import { commandHandling } from '../../command-api/handling.ts'
import { noOverload } from '../../command-api/overload/overload.ts'
import { shopEvents } from '../../domain/registry.ts'
import { createCodec } from '../../infrastructure/event-store/codec.ts'
import type { EventStore } from '../../infrastructure/event-store/port.ts'
import { listen } from '../../infrastructure/http/listen.ts'
import { createRateLimit } from '../../infrastructure/http/rate-limit.ts'
import { signatureHeader, signWebhook } from '../../infrastructure/http/webhook-signature.ts'
import { createLogger } from '../../infrastructure/observability/logger.ts'
import { measured } from '../../infrastructure/observability/measured-store.ts'
import type { Registry } from '../../infrastructure/observability/metrics.ts'
import { mockWebhooks } from '../../payment-providers/mock/webhooks.ts'
import { authenticateInTests, callerOf, tokenOf } from '../specifications/api.ts'
import type { Path, Waits } from './waits.ts'

const webhookSecret = 'a secret that the provider knows too'

type Options = {
  readonly store: EventStore
  readonly waits: Waits
  readonly registry: Registry
  readonly logTo: NodeJS.WritableStream
}

/** The command API as its `main` builds it, listening; each request is a path of its own. */
export const startCommandApi = async ({ store, waits, registry, logTo }: Options) => {
  const logger = createLogger({ service: 'command-api', format: 'json', stream: logTo })
  const counted = measured(store, registry)
  const handling = commandHandling({ store: counted, registry, logger })
  // By a clock that stands still: that the catalogue is recent is proved once, and not again by the time that the machine takes.
  const catalogue = followCatalogue({ store: counted, handling, codec: createCodec(shopEvents), now: () => 0 })
  const app = buildCommandApi({
    store: counted,
    handling,
    catalogue,
    overload: noOverload,
    registry,
    logger,
    readiness: [],
    authenticate: authenticateInTests(),
    rateLimit: createRateLimit({ RATE_LIMIT_PER_SECOND: 100_000, RATE_LIMIT_BURST: 100_000 }),
    readApiUrl: 'http://read.example',
    webhooks: [mockWebhooks(webhookSecret)],
    // A request may wait behind a busy machine; how long it takes is not what is counted.
    patienceMs: 10_000,
  })
  let lastPath: Path = { waits: 0 }
  let open = 0
  const listening = await listen(
    (request, response) => {
      lastPath = { waits: 0 }
      open += 1
      // After the app's own listener, which counts and logs what has been answered.
      response.on('close', () => {
        setImmediate(() => {
          open -= 1
        })
      })
      void waits.follow(lastPath, async () => {
        app(request, response)
      })
    },
    { host: '127.0.0.1', port: 0 },
  )

  const customer = callerOf(listening.url, tokenOf('alice', ['customer'], { ttlSeconds: 3_600 }))
  const operator = callerOf(listening.url, tokenOf('olga', ['operator'], { ttlSeconds: 3_600 }))
  const admin = callerOf(listening.url, tokenOf('ada', ['admin'], { ttlSeconds: 3_600 }))
  const nobody = callerOf(listening.url)
  return {
    customer,
    operator,
    admin,
    /** As the payment provider tells it. */
    webhook: async (body: object) => {
      const bytes = JSON.stringify(body)
      await nobody
        .post('/v1/webhooks/mock', bytes, {
          [signatureHeader]: signWebhook(webhookSecret, Buffer.from(bytes), new Date()),
        })
        .answers(200)
    },
    /** Waits in a row before the last request was answered. */
    waitsOfLastAnswer: () => lastPath.waits,
    /** No request is under way, and every one is in the log. */
    answered: () => open === 0,
    close: async () => {
      await listening.close()
      await catalogue.close()
    },
  }
}
