import { randomUUID } from 'node:crypto'
import {
  binaryEvent,
  EventStoreDBClient,
  jsonEvent,
  PARK,
  PersistentSubscriptionExistsError,
  persistentSubscriptionToAllSettingsFromDefaults,
  type Position,
} from '@eventstore/db-client'
import { shopEvents, type ShopEvent } from '../../domain/registry.ts'
import { orderNumberOf, paymentIdOf, uuidv5 } from '../../domain/shared/ids.ts'
import { streams } from '../../domain/shared/streams.ts'
import { catalogue } from '../../embedded/shop/seed.ts'
import { connectEventStore } from '../../infrastructure/event-store/adapter.ts'
import { createCodec } from '../../infrastructure/event-store/codec.ts'
import { VersionConflict, type ExpectedRevision } from '../../infrastructure/event-store/port.ts'
import { serviceNames } from '../../processors/services.ts'
import { placed } from '../specifications/order-events.ts'
import { paymentRequested } from '../specifications/payment-events.ts'
import { until } from '../support/until.ts'

export type UsedLog = {
  /** Orders of a shop that was stopped in the midst of them: one just placed, one whose payment was asked for. */
  readonly inProgress: readonly string[]
  /** Of the shop's own category, and nothing that the shop has written. */
  readonly poisoned: { readonly orderId: string; readonly group: string }
  /** A stream of others, one event of which somebody has parked in the notification group; none where that group was there before. */
  readonly parked: string | undefined
}

const codec = createCodec(shopEvents)
const metadata = {
  $correlationId: 'c',
  $causationId: 'c',
  commandId: 'c',
  actor: { type: 'system', id: 'earlier' },
  occurredAt: '2026-03-01T12:00:00Z',
} as const
const earlierPrice = 5

/** What another application might have written, under names of its own and under some that look like the shop's. */
const writtenByOthers = async (
  client: EventStoreDBClient,
): Promise<{ readonly invoices: string; readonly poisoned: UsedLog['poisoned'] }> => {
  const invoices = `invoice-${randomUUID()}`
  const poisonedId = randomUUID()
  await client.appendToStream(invoices, jsonEvent({ type: 'InvoiceSent', data: { amount: 1 } }))
  await client.appendToStream(`orderly-${randomUUID()}`, jsonEvent({ type: 'OrderPlaced', data: {} }))
  await client.appendToStream(randomUUID(), binaryEvent({ type: 'Image', data: Buffer.from([0, 255]) }))
  await client.appendToStream(
    `order-${randomUUID()}`,
    jsonEvent({ type: 'order.created', data: { nothing: 'of ours' } }),
  )
  await client.appendToStream(`stock-${randomUUID()}`, jsonEvent({ type: 'Counted', data: { n: 1 } }))
  await client.appendToStream(
    `payment-${poisonedId}`,
    binaryEvent({ type: 'PaymentSucceeded', data: Buffer.from([1, 2, 3]) }),
  )
  await client.appendToStream(`links-${randomUUID()}`, binaryEvent({ type: '$>', data: Buffer.from(`0@${invoices}`) }))
  await client.setStreamMetadata(invoices, { maxCount: 10 })
  const buried = `order-${randomUUID()}`
  await client.appendToStream(buried, jsonEvent({ type: 'order.created', data: {} }))
  await client.tombstoneStream(buried)
  return { invoices, poisoned: { orderId: poisonedId, group: 'order' } }
}

/** A catalogue of the same SKUs at other prices, of which little was received, by the documents that seeding uses too; and two orders. */
const leftByAnEarlierShop = async (url: string): Promise<readonly string[]> => {
  const store = await connectEventStore({ url })
  const append = async (stream: string, event: ShopEvent, expected: ExpectedRevision): Promise<void> => {
    try {
      await store.append(stream, [codec.encode(event, randomUUID(), metadata)], expected)
    } catch (error) {
      // Written by an earlier run, or by a shop: all the more used.
      if (!(error instanceof VersionConflict)) throw error
    }
  }
  for (const { sku, name } of catalogue) {
    await append(
      streams.product(sku),
      { type: 'ProductAdded', sku, name, price: earlierPrice, currency: 'EUR' },
      'no_stream',
    )
    await append(
      streams.stock(sku),
      { type: 'StockReceived', sku, quantity: 3, document: `opening-${sku}` },
      'no_stream',
    )
  }
  const sku = 'TEA-GREEN-100'
  const inProgress = [randomUUID(), randomUUID()].map((id) => uuidv5(id))
  await append(streams.stock(sku), { type: 'StockReceived', sku, quantity: 2, document: randomUUID() }, 'any')
  await append(
    streams.stock('SAMOVAR-1890'),
    { type: 'StockReceived', sku: 'SAMOVAR-1890', quantity: 60, document: randomUUID() },
    'any',
  )
  for (const [index, orderId] of inProgress.entries()) {
    const lines = [{ sku, name: 'Green tea, 100 g', quantity: 1, unitPrice: earlierPrice }]
    await append(
      streams.order(orderId),
      placed({ orderId, number: orderNumberOf(orderId), customerId: 'earlier', lines, total: earlierPrice }),
      'no_stream',
    )
    if (index === 0) continue
    const paymentId = paymentIdOf(orderId)
    await append(
      streams.payment(orderId),
      { ...paymentRequested(), orderId, paymentId, amount: earlierPrice, idempotencyKey: paymentId },
      'no_stream',
    )
  }
  await store.dispose()
  return inProgress
}

/** The shop's groups, made by somebody else from a place on, with other settings and a dead letter. Those that are there already are left alone. */
const groupsOfOthers = async (
  client: EventStoreDBClient,
  startFrom: Position,
  stream: string,
): Promise<UsedLog['parked']> => {
  const made = new Set<string>()
  for (const group of serviceNames) {
    const settings = persistentSubscriptionToAllSettingsFromDefaults({
      startFrom,
      messageTimeout: 20_000,
      historyBufferSize: 100,
      readBatchSize: 20,
    })
    await client.createPersistentSubscriptionToAll(group, settings).then(
      () => made.add(group),
      (error: unknown) => {
        if (!(error instanceof PersistentSubscriptionExistsError)) throw error
      },
    )
  }
  if (!made.has('notification')) return undefined
  const subscription = client.subscribeToPersistentSubscriptionToAll('notification', { bufferSize: 1_000 })
  for await (const resolved of subscription) {
    if (resolved.event?.streamId !== stream) continue
    await subscription.nack(PARK, 'not for us', resolved)
    await until('it is parked', async () => {
      const { stats } = await client.getPersistentSubscriptionToAllInfo('notification')
      return stats.parkedMessageCount > 0 ? true : undefined
    })
    break
  }
  return stream
}

/** Makes a log look as if it had been in use for long, by others and by an earlier shop. It may be just that. */
export const useLog = async (url: string): Promise<UsedLog> => {
  const client = EventStoreDBClient.connectionString(url)
  const { position } = await client.appendToStream(
    `invoice-${randomUUID()}`,
    jsonEvent({ type: 'InvoiceSent', data: { amount: 1 } }),
  )
  if (position === undefined) throw new Error('the server does not say where it has written')
  const { invoices, poisoned } = await writtenByOthers(client)
  const inProgress = await leftByAnEarlierShop(url)
  const parked = await groupsOfOthers(client, position, invoices)
  await client.dispose()
  return { poisoned, inProgress, parked }
}
