import { randomUUID } from 'node:crypto'
import type { Express } from 'express'
import { readCatalogue } from '../../command-api/catalogue/catalogue.ts'
import { commandHandling } from '../../command-api/handling.ts'
import { noOverload } from '../../command-api/overload/overload.ts'
import { buildCommandApi, type CommandApiDependencies } from '../../command-api/app.ts'
import { shopEvents, type ShopEvent } from '../../domain/registry.ts'
import { createCodec } from '../../infrastructure/event-store/codec.ts'
import { createRateLimit } from '../../infrastructure/http/rate-limit.ts'
import { signatureHeader, signWebhook } from '../../infrastructure/http/webhook-signature.ts'
import { silentLogger } from '../../infrastructure/observability/logger.ts'
import { measured } from '../../infrastructure/observability/measured-store.ts'
import { createRegistry } from '../../infrastructure/observability/metrics.ts'
import { mockWebhooks } from '../../payment-providers/mock/webhooks.ts'
import { createInMemoryStore, type InMemoryStore } from '../simulation/in-memory-store.ts'
import { authenticateInTests, callerOf, tokenOf, type Asked, type Caller } from './api.ts'

export const webhookSecret = 'a secret that the provider knows too'

export type CommandApiUnderTest = {
  readonly app: Express
  readonly store: InMemoryStore
  readonly alice: Caller
  readonly bob: Caller
  readonly operator: Caller
  readonly admin: Caller
  readonly nobody: Caller
  /** Types of all stored events, oldest first. */
  readonly stored: () => readonly string[]
  /** As one of the processors writes it. */
  readonly happened: (stream: string, ...events: readonly ShopEvent[]) => Promise<void>
  /** As the payment provider sends it. */
  readonly webhook: (
    body: unknown,
    options?: { readonly provider?: string; readonly secret?: string; readonly at?: Date },
  ) => Asked
}

const codec = createCodec(shopEvents)

/** A command API on an empty store in memory. */
export const commandApiUnderTest = (
  overridden: Partial<CommandApiDependencies> = {},
  store: InMemoryStore = createInMemoryStore(),
): CommandApiUnderTest => {
  const registry = createRegistry({ service: 'test' })
  const counted = measured(store, registry)
  const handling = commandHandling({ store: counted, registry, logger: silentLogger })
  const app = buildCommandApi({
    store: counted,
    handling,
    catalogue: readCatalogue(handling),
    overload: noOverload,
    readiness: [],
    authenticate: authenticateInTests(),
    rateLimit: createRateLimit({ RATE_LIMIT_PER_SECOND: 100_000, RATE_LIMIT_BURST: 100_000 }),
    logger: silentLogger,
    registry,
    readApiUrl: 'http://read.example',
    webhooks: [mockWebhooks(webhookSecret)],
    checkAnswers: true,
    ...overridden,
  })
  const nobody = callerOf(app)
  return {
    app,
    store,
    alice: callerOf(app, tokenOf('alice', ['customer'])),
    bob: callerOf(app, tokenOf('bob', ['customer'])),
    operator: callerOf(app, tokenOf('olga', ['operator'])),
    admin: callerOf(app, tokenOf('ada', ['admin'])),
    nobody,
    stored: () => store.log.map(({ type }) => type),
    happened: async (stream, ...events) => {
      const metadata = {
        $correlationId: 'test',
        $causationId: 'test',
        commandId: 'test',
        actor: { type: 'system', id: 'test' } as const,
        occurredAt: '2026-03-01T00:00:00.000Z',
      }
      await store.append(
        stream,
        events.map((event) => codec.encode(event, randomUUID(), metadata)),
        'any',
      )
    },
    webhook: (body, { provider = 'mock', secret = webhookSecret, at = new Date() } = {}) => {
      const bytes = typeof body === 'string' ? body : JSON.stringify(body)
      return nobody.post(`/v1/webhooks/${provider}`, bytes, {
        [signatureHeader]: signWebhook(secret, Buffer.from(bytes), at),
      })
    },
  }
}

/** Two products, one that is gone, and one that is paid in another currency. */
export const withCatalogue = async (shop: CommandApiUnderTest): Promise<CommandApiUnderTest> => {
  const add = (sku: string, amount: number, currency = 'EUR') =>
    shop.admin.post('/v1/products', { sku, name: `The ${sku}`, price: { amount, currency } }).answers(201)
  await add('MUG', 900)
  await add('TEA', 450)
  await add('OLD', 100)
  await add('YEN', 500, 'JPY')
  await shop.admin.delete('/v1/products/OLD').answers(200)
  return shop
}

export const anOrder = {
  lines: [
    { sku: 'MUG', quantity: 2 },
    { sku: 'TEA', quantity: 1 },
  ],
  shipTo: { name: 'Alice', street: 'Lindenweg 1', postalCode: '10115', city: 'Berlin', country: 'DE' },
  contact: { email: 'alice@example.com' },
  payment: { method: 'card-ok' },
} as const
