import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { shopEvents } from '../../domain/registry.ts'
import { connectEventStore } from '../../infrastructure/event-store/adapter.ts'
import { createCodec } from '../../infrastructure/event-store/codec.ts'
import { createCommandHandling } from '../../infrastructure/event-store/handle-command.ts'
import { silentLogger } from '../../infrastructure/observability/logger.ts'
import { openPool } from '../../infrastructure/postgres/pool.ts'
import { providerCallsConfig } from '../../payment-providers/config.ts'
import { connectProvider } from '../../payment-providers/connect.ts'
import { createReconcile } from '../../processors/reconciliation/reconcile.ts'
import type { ShopUnderChaos } from './open-shop.ts'

const config = z.object(providerCallsConfig)

/** What the shop's own comparison with its provider still finds, without changing anything: it has to see what the account book sees. */
export const foundByOwnComparison = async (
  { running: { shop }, direct }: ShopUnderChaos,
  orderIds: ReadonlySet<string>,
  since: Date,
): Promise<readonly string[]> => {
  const store = await connectEventStore({ url: direct })
  const database = openPool({ url: shop.databaseUrl, applicationName: 'chaos', logger: silentLogger, max: 2 })
  const provider = connectProvider(config.parse(shop.environment), { alarm: () => undefined })
  const warnings: string[] = []
  try {
    const codec = createCodec(shopEvents)
    const { found, stopped } = await createReconcile({
      store,
      codec,
      commands: createCommandHandling({ store, codec }),
      database,
      provider,
      callsPerSecond: 100,
      graceMs: 0,
      newId: randomUUID,
      now: () => new Date(),
      warn: (message) => warnings.push(message),
    })({ since, disputesSince: since, heal: false, signal: new AbortController().signal })
    const own = found.filter(({ orderId }) => orderIds.has(orderId))
    return [
      ...warnings,
      ...(stopped === undefined ? [] : [`the comparison was stopped: ${stopped}`]),
      ...own.map(({ kind, of, id, orderId }) => `the comparison finds ${kind} of the ${of} ${id}, order ${orderId}`),
    ]
  } finally {
    provider.close()
    await database.end()
    await store.dispose()
  }
}
