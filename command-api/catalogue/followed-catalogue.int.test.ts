import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { productDecider, type Product } from '../../domain/catalogue/product.ts'
import type { ProductCommand } from '../../domain/catalogue/commands.ts'
import { shopEvents } from '../../domain/registry.ts'
import { streams } from '../../domain/shared/streams.ts'
import { connectEventStore } from '../../infrastructure/event-store/adapter.ts'
import { createCodec } from '../../infrastructure/event-store/codec.ts'
import { createCommandHandling } from '../../infrastructure/event-store/handle-command.ts'
import { StoreUnavailable, type EventStore } from '../../infrastructure/event-store/port.ts'
import { testEventStore, type TestEventStore } from '../../test/support/event-store.ts'
import { until } from '../../test/support/until.ts'
import { followCatalogue, type FollowedCatalogue } from './followed-catalogue.ts'

const codec = createCodec(shopEvents)
const priceOf = (product: Product) => (product.status === 'on_sale' ? product.price : product.status)

describe('the catalogue that is followed', () => {
  let server: TestEventStore
  let store: EventStore
  before(async () => {
    server = await testEventStore()
    store = await connectEventStore({ url: server.url })
  })
  after(async () => {
    await store.dispose()
    await server.stop()
  })

  const sku = () => `S${randomUUID().toUpperCase().slice(0, 12)}`
  const write = (command: ProductCommand) =>
    createCommandHandling({ store, codec }).handle(productDecider, streams.product(command.sku), command, {
      commandId: randomUUID(),
      correlationId: command.sku,
      causationId: 'test',
      actor: { type: 'operator', id: 'olga' },
      now: () => new Date(),
    })
  /** Whatever it is, it is looked through by the subscription. */
  const otherTraffic = async (events: number) => {
    const stream = `other-${randomUUID()}`
    await store.append(
      stream,
      Array.from({ length: events }, () => ({ id: randomUUID(), type: 'Other', data: {}, metadata: {} })),
      'no_stream',
    )
  }

  /** With the reads of products counted. */
  const followed = (given: EventStore = store) => {
    const handling = createCommandHandling({ store, codec })
    const reads: string[] = []
    const counted = {
      load: ((...all) => {
        reads.push(all[1])
        return handling.load(...all)
      }) as typeof handling.load,
    }
    return { catalogue: followCatalogue({ store: given, handling: counted, codec }), reads }
  }
  const ask = async (catalogue: FollowedCatalogue, name: string) => priceOf((await catalogue.recent([name], {}))(name))

  it('reads a product once, and takes its changes from the log', async () => {
    const name = sku()
    await write({ type: 'AddProduct', sku: name, name: 'Mug', price: 100, currency: 'EUR' })
    const { catalogue, reads } = followed()
    try {
      await until('the product is followed', async () => {
        const before = reads.length
        await ask(catalogue, name)
        return reads.length === before ? true : undefined
      })
      const before = reads.length
      await otherTraffic(400)
      await write({ type: 'ChangePrice', sku: name, price: 120, currency: 'EUR' })
      await until('the new price is known', async () => ((await ask(catalogue, name)) === 120 ? true : undefined), {
        limitMs: 3_000,
      })
      expect(reads.length).to.equal(before)
    } finally {
      await catalogue.close()
    }
  })

  it('does not trust a subscription that says nothing', async () => {
    const name = sku()
    await write({ type: 'AddProduct', sku: name, name: 'Mug', price: 100, currency: 'EUR' })
    const silent: EventStore = {
      ...store,
      subscribeToAll: async function* ({ signal }) {
        yield { kind: 'caught_up' }
        await new Promise((resolve) => {
          signal.addEventListener('abort', resolve, { once: true })
        })
      },
    }
    const { catalogue } = followed(silent)
    try {
      await ask(catalogue, name)
      for (const price of [110, 120]) {
        await write({ type: 'ChangePrice', sku: name, price, currency: 'EUR' })
        await until('the new price is known', async () => ((await ask(catalogue, name)) === price ? true : undefined), {
          limitMs: 3_000,
        })
      }
      // So far behind that reading up to the head is no small thing any more: the product itself is read.
      await otherTraffic(600)
      await write({ type: 'ChangePrice', sku: name, price: 130, currency: 'EUR' })
      await until('the newest price is known', async () => ((await ask(catalogue, name)) === 130 ? true : undefined), {
        limitMs: 3_000,
      })
    } finally {
      await catalogue.close()
    }
  })

  it('ends at once while the store is asked where it is and does not answer', async () => {
    const silent: EventStore = {
      ...store,
      headPosition: ({ signal } = {}) =>
        new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => reject(new StoreUnavailable('called off')), { once: true })
        }),
    }
    await followed(silent).catalogue.close()
  })
})
