import { expect } from 'chai'
import { createRegistry } from '../../infrastructure/observability/metrics.ts'
import { silentLogger } from '../../infrastructure/observability/logger.ts'
import { applyBatch } from '../../infrastructure/projections/apply-batch.ts'
import type { Target } from '../../infrastructure/projections/target.ts'
import { createCodec } from '../../infrastructure/event-store/codec.ts'
import { shopEvents, type ShopEvent } from '../../domain/registry.ts'
import { createShop } from '../../test/processors/shop.ts'
import { ordersInProgress } from './orders-in-progress.ts'
import { restMetrics } from './rest-metrics.ts'

describe('the time that orders take to rest', () => {
  /** An order that goes all the way to its confirmation, folded as the follow-ups do, at some time after it happened. */
  const folded = async (laterMs: number) => {
    const shop = createShop()
    await shop.stock('A', 5)
    await shop.place({ A: 1 })
    await shop.run()
    const registry = createRegistry({ service: 'test' })
    const created = new Date(Date.now() - laterMs)
    const events = shop.store.log.map((stored) => ({ ...stored, created }))
    const target: Target<ShopEvent> = {
      projection: ordersInProgress,
      physicalName: 'orders_in_progress',
      checkpoint: { name: 'orders_in_progress', version: 4, generation: 1, position: undefined },
      caughtUp: false,
      caughtUpAt: undefined,
      lastEventAt: undefined,
      setAside: new Set(),
    }
    await applyBatch(
      [target],
      { events, position: events.at(-1)?.position, caughtUp: true },
      {
        decoder: createCodec(shopEvents),
        store: {
          read: async () => new Map(),
          write: async (work) => ({ failures: work.map(() => []), singly: false }),
        },
        logger: silentLogger,
        told: restMetrics(registry),
        strict: false,
      },
    )
    const values = (await registry.getSingleMetric('order_time_to_rest_seconds')?.get())?.values ?? []
    return values.filter(({ labels }) => !('le' in labels)).map(({ labels, value }) => [labels['status'], value])
  }

  it('is measured once, by the status that they rest in', async () => {
    expect(await folded(1_000)).to.deep.equal([
      ['confirmed', 0],
      ['confirmed', 1],
    ])
  })

  it('is not measured of what is history', async () => {
    expect(await folded(3_600_000)).to.deep.equal([])
  })
})
