import { expect } from 'chai'
import { orderDecider } from '../domain/orders/order.ts'
import { streams } from '../domain/shared/streams.ts'
import { VersionConflict, type StoredEvent } from '../infrastructure/event-store/port.ts'
import { requested } from '../test/processors/paying.ts'
import { createShop, orderId } from '../test/processors/shop.ts'
import type { IntentKind } from './perform/intent.ts'
import { createPerformingService, createService } from './services.ts'
import { createEventHandler } from './event-handler.ts'
import { createCodec } from '../infrastructure/event-store/codec.ts'
import { shopEvents } from '../domain/registry.ts'

const placed = async () => {
  const shop = createShop()
  await shop.stock('A', 5)
  await shop.place({ A: 2 })
  return shop
}

describe('what a service does about an event', () => {
  it('gives the commands ids that follow from the event, the group, the type and the place', async () => {
    const shop = await placed()
    await shop.deliver('inventory', shop.last('OrderPlaced'))
    const { id, metadata } = shop.last('OrderPlaced')
    const caused = shop.store.log.slice(2).map((stored) => stored.metadata as Record<string, unknown>)
    expect(new Set(caused.map(({ commandId }) => commandId)).size).to.equal(1)
    expect(
      caused.map(({ $correlationId, $causationId, actor }) => ({ $correlationId, $causationId, actor })),
    ).to.deep.equal(
      caused.map(() => ({
        $correlationId: (metadata as Record<string, unknown>)['$correlationId'],
        $causationId: id,
        actor: { type: 'system', id: 'inventory' },
      })),
    )
    expect(new Set(shop.store.log.map((stored) => stored.id)).size).to.equal(shop.store.log.length)
  })

  it('leaves alone what it does not look at, whatever is in it', async () => {
    const shop = await placed()
    const event = shop.last('OrderPlaced')
    expect(await shop.deliver('order', event)).to.equal('ignored')
    expect(await shop.deliver('order', { ...event, data: 'broken' })).to.equal('ignored')
    expect(await shop.deliver('inventory', { ...event, stream: 'somethingElse-1' })).to.equal('ignored')
    expect(await shop.deliver('inventory', { ...event, type: 'OrderPraised' })).to.equal('ignored')
    expect(shop.types(streams.reservation(orderId))).to.deep.equal([])
  })

  it('parks what does not fit its schema, or is of a version that is not known here', async () => {
    const shop = await placed()
    const event = shop.last('OrderPlaced')
    const newer: StoredEvent = { ...event, metadata: { ...(event.metadata as object), schemaVersion: 2 } }
    const codeOf = async (stored: StoredEvent) => {
      const outcome = await shop.deliver('inventory', stored)
      return typeof outcome === 'object' && 'park' in outcome ? outcome.park.code : outcome
    }
    expect(await codeOf({ ...event, data: { nothing: 'that fits' } })).to.equal('schema_mismatch')
    expect(await codeOf(newer)).to.equal('unknown_version')
    expect(await codeOf({ ...event, metadata: {} })).to.equal('metadata_mismatch')
  })

  it('writes down a refund that nobody asked for', async () => {
    const shop = await placed()
    await shop.run()
    const stored: StoredEvent = {
      ...shop.last('PaymentSucceeded'),
      id: '33333333-3333-4333-8333-333333333333',
      stream: streams.paymentWebhook('mock', 'e1'),
      type: 'PaymentProviderEventReceived',
      data: {
        provider: 'mock',
        providerEventId: 'e1',
        kind: 'refund_succeeded',
        orderId,
        refundId: 'r1',
        attempt: 1,
        providerRefundId: 'pr1',
        amount: 5,
        currency: 'EUR',
        providerTime: '2026-01-05T10:00:00.000Z',
      },
    }
    expect(await shop.deliver('payment', stored)).to.equal('done')
    expect(shop.types(streams.payment(orderId)).at(-1)).to.equal('ExternalRefundRecorded')
  })

  it("parks a provider's news of another payment than the one that was requested", async () => {
    const shop = await placed()
    await shop.run()
    const stored: StoredEvent = {
      ...shop.last('PaymentSucceeded'),
      id: '33333333-3333-4333-8333-333333333333',
      stream: streams.paymentWebhook('mock', 'e3'),
      type: 'PaymentProviderEventReceived',
      data: {
        provider: 'mock',
        providerEventId: 'e3',
        kind: 'payment_failed',
        orderId,
        paymentId: '33333333-3333-4333-8333-333333333333',
        providerTime: '2026-01-05T10:00:00.000Z',
      },
    }
    const before = shop.types(streams.payment(orderId))
    expect(await shop.deliver('payment', stored)).to.deep.equal({
      park: {
        code: 'foreign_payment',
        message: 'the payment 33333333-3333-4333-8333-333333333333 is not the one of this order',
      },
    })
    expect(shop.types(streams.payment(orderId))).to.deep.equal(before)
  })

  it("parks a provider's news of money that does not say whose it is", async () => {
    const shop = await placed()
    const stored: StoredEvent = {
      ...shop.last('OrderPlaced'),
      id: '33333333-3333-4333-8333-333333333333',
      stream: streams.paymentWebhook('mock', 'e2'),
      type: 'PaymentProviderEventReceived',
      data: {
        provider: 'mock',
        providerEventId: 'e2',
        kind: 'payment_succeeded',
        amount: 5,
        currency: 'EUR',
        providerTime: '2026-01-05T10:00:00.000Z',
      },
    }
    expect(await shop.deliver('payment', stored)).to.deep.equal({
      park: {
        code: 'provider_outcome_incomplete',
        message: 'event e2 of mock (payment_succeeded) does not say enough',
      },
    })
  })

  it('begins an intent of its own service, and leaves that of another alone', async () => {
    const shop = await requested()
    const looking = (performs: readonly IntentKind[]) => {
      const performed: string[] = []
      const handle = createEventHandler({
        codec: createCodec(shopEvents),
        commands: shop.commands,
        service: createService({
          processManager: { group: 'test', on: { PaymentRequested: () => [] } },
          handle: async () => undefined,
          performs,
        }),
        performing: {
          begin: ({ kind }) => {
            performed.push(kind)
          },
        },
        now: shop.now,
      })
      return { performed, handle }
    }
    const own = looking(['payment'])
    const others = looking(['notification'])
    expect([
      await own.handle(shop.last('PaymentRequested')),
      await others.handle(shop.last('PaymentRequested')),
    ]).to.deep.equal(['done', 'done'])
    expect([own.performed, others.performed]).to.deep.equal([['payment'], []])
  })

  it('looks at the stream first where the event comes again', async () => {
    const shop = await placed()
    const looks: unknown[] = []
    const handle = createEventHandler({
      codec: createCodec(shopEvents),
      commands: shop.commands,
      now: shop.now,
      performing: { begin: () => undefined },
      service: createService({
        processManager: { group: 'test', on: { OrderPlaced: () => [{ type: 'DoIt' }] } },
        handle: async (_command, { lookFirst }) => {
          looks.push(lookFirst)
        },
      }),
    })
    await handle(shop.last('OrderPlaced'))
    await handle(shop.last('OrderPlaced'), { retryCount: 2 })
    expect(looks).to.deep.equal([undefined, true])
  })

  it('knows of a stream what it was given of it, until it is given something that it cannot read', async () => {
    const shop = await placed()
    const other = createShop()
    const event = shop.last('OrderPlaced')
    await other.deliver('notification', event)
    expect(other.commands.recall(orderDecider, event.stream)).to.have.property('status', 'placed')
    await other.deliver('notification', { ...event, data: 'broken' })
    expect(other.commands.recall(orderDecider, event.stream)).to.equal(undefined)
  })

  it('says of what it begins whether the event comes again', async () => {
    const shop = await requested()
    const begun: unknown[] = []
    const handle = createEventHandler({
      codec: createCodec(shopEvents),
      commands: shop.commands,
      now: shop.now,
      service: createPerformingService('test', ['payment']),
      performing: {
        begin: (_intent, { comesAgain }) => {
          begun.push(comesAgain)
        },
      },
    })
    await handle(shop.last('PaymentRequested'), { retryCount: 0 })
    await handle(shop.last('PaymentRequested'), { retryCount: 1 })
    expect(begun).to.deep.equal([false, true])
  })

  it('asks for a little time after conflicts, and passes on what it does not know', async () => {
    const shop = await placed()
    const failing = (error: Error) =>
      createEventHandler({
        codec: createCodec(shopEvents),
        commands: shop.commands,
        service: createService({
          processManager: { group: 'test', on: { OrderPlaced: () => [{ type: 'DoIt' }] } },
          handle: () => Promise.reject(error),
        }),
        performing: { begin: () => undefined },
        now: shop.now,
      })
    const event = shop.last('OrderPlaced')
    expect(await failing(new VersionConflict('order-1', 3n))(event)).to.deep.equal({
      retry: 100,
      reason: 'stream order-1 is not at 3',
    })
    const unknown = new Error('who knows')
    expect(await failing(unknown)(event).catch((error: unknown) => error)).to.equal(unknown)
  })
})
