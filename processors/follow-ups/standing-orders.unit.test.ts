import { expect } from 'chai'
import { streams } from '../../domain/shared/streams.ts'
import { silentLogger } from '../../infrastructure/observability/logger.ts'
import { createRegistry } from '../../infrastructure/observability/metrics.ts'
import { createShop, orderId } from '../../test/processors/shop.ts'
import { groupSettings } from '../groups.ts'
import { standingOrders } from './standing-orders.ts'

const minute = 60_000

describe('the pass over orders that stand still', () => {
  it('gives an event to the consumer of its group where the process has one, and else to the handler itself', async () => {
    const shop = createShop()
    await shop.stock('A', 5)
    await shop.place({ A: 2 })
    shop.advance(minute)
    const submitted: string[] = []
    const handled: string[] = []
    const { handlers } = shop.processors
    const pass = standingOrders({
      store: {
        readStream: (stream) => shop.store.readStream(stream),
        lastEvents: (stream, count) => shop.store.lastEvents(stream, count),
        groupInfo: async (group) => ({
          group,
          status: 'Live',
          settings: {
            ...groupSettings,
            startFrom: 'start',
            resolveLinkTos: false,
            extraStatistics: false,
            maxSubscriberCount: 'unbounded',
            consumerStrategyName: 'RoundRobin',
          },
          parked: 0,
          inFlight: 0,
          undone: 0,
          connections: 1,
          lastKnown: undefined,
          lastCheckpointed: shop.store.log.at(-1)?.position,
        }),
      },
      due: shop.followUps,
      leases: shop.leases,
      processors: {
        services: shop.processors.services,
        handlers: {
          ...handlers,
          notification: async (event, info) => {
            handled.push(`${event.type}, given ${info?.retryCount} times before`)
            return handlers.notification(event, info)
          },
        },
      },
      consumers: {
        of: (group) =>
          group !== 'inventory'
            ? undefined
            : {
                submit: async (event) => {
                  submitted.push(event.type)
                  return handlers.inventory(event, { retryCount: 1 })
                },
                status: () => ({ state: 'running', inFlight: 0 }),
                drain: async () => undefined,
              },
      },
      noteWrites: (_eventId, _written, work) => work(),
      isParked: async () => false,
      standstill: { first: minute, again: [5 * minute], longest: 60 * minute },
      now: shop.now,
      draining: new AbortController().signal,
      registry: createRegistry({ service: 'test', processMetrics: false }),
      logger: silentLogger,
    })
    expect(await pass()).to.equal(1)
    expect({ submitted, handled }).to.deep.equal({
      submitted: ['OrderPlaced'],
      handled: ['OrderPlaced, given 1 times before'],
    })
    expect(shop.types(streams.reservation(orderId)).at(-1)).to.equal('InventoryReserved')
  })
})
