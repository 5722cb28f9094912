import { randomUUID } from 'node:crypto'
import { EventStoreDBClient, SKIP } from '@eventstore/db-client'
import { expect } from 'chai'
import { startEventStore, type EventStore as Server } from 'eventstoredb-compatible-server/source'
import { shopEvents } from '../domain/registry.ts'
import { streams } from '../domain/shared/streams.ts'
import { startPaymentProvider, type RunningPaymentProvider } from '../embedded/payment-provider/server.ts'
import { connectEventStore } from '../infrastructure/event-store/adapter.ts'
import { createCodec } from '../infrastructure/event-store/codec.ts'
import { createCommandHandling } from '../infrastructure/event-store/handle-command.ts'
import type { EventStore } from '../infrastructure/event-store/port.ts'
import { comparePositions } from '../infrastructure/event-store/position.ts'
import { migratedDatabase, type MigratedDatabase } from '../test/processors/database.ts'
import { ordersInStore } from '../test/processors/orders-in-store.ts'
import { startProcessorsProcess, type StartedProcess } from '../test/processors/started-process.ts'
import { until } from '../test/support/until.ts'
import { groupSettings } from './groups.ts'
import { serviceNames } from './services.ts'

describe('an order whose message the event store gives to nobody', function () {
  this.timeout(120_000)
  let server: Server
  let store: EventStore
  let client: EventStoreDBClient
  let database: MigratedDatabase
  let provider: RunningPaymentProvider
  let processors: StartedProcess | undefined

  before(async () => {
    server = await startEventStore({ port: 0, data: 'memory' })
    store = await connectEventStore({ url: server.url })
    client = EventStoreDBClient.connectionString(server.url)
    database = await migratedDatabase()
    provider = await startPaymentProvider({
      port: 0,
      webhookUrl: 'http://127.0.0.1:9/webhooks',
      webhookSecret: 'secret',
    })
  })
  after(async () => {
    processors?.child.kill('SIGKILL')
    await processors?.ended
    await provider.stop()
    await database.close()
    await client.dispose()
    await store.dispose()
    await server.stop()
  })

  /** As far as the group's checkpoint tells, it has handled the event. */
  const skip = async (group: string, stream: string): Promise<void> => {
    const subscription = client.subscribeToPersistentSubscriptionToAll(group)
    for await (const resolved of subscription) {
      if (resolved.event === undefined) continue
      await subscription.nack(SKIP, 'nobody will hear of it', resolved)
      if (resolved.event.streamId === stream) break
    }
    const [event] = await store.lastEvents(stream, 1)
    await until(`group ${group} is done with it`, async () => {
      const place = (await store.groupInfo(group))?.lastCheckpointed
      return event !== undefined && place !== undefined && comparePositions(place, event.position) >= 0
        ? true
        : undefined
    })
    await subscription.unsubscribe()
  }

  it('is driven on by the follow-ups, all the way; and a person is told what was lost', async () => {
    for (const group of serviceNames) await store.ensureGroup(group, groupSettings)
    const shop = ordersInStore(createCommandHandling({ store, codec: createCodec(shopEvents) }))
    const sku = `sku-${randomUUID().slice(0, 8)}`
    await shop.receive(sku, 1)
    const orderId = await shop.place(sku)
    await skip('inventory', streams.order(orderId))

    processors = await startProcessorsProcess({
      EVENTSTORE_URL: server.url,
      DATABASE_URL: database.url,
      PAYMENT_PROVIDER_URL: provider.url,
      // Nobody is there: mails stay open, and are in nobody's way.
      SMTP_URL: 'smtp://127.0.0.1:9',
      // The last says for how long a group that is behind is waited for: processes take seconds to start.
      STANDSTILL_DELAYS_SECONDS: '2,60',
      FOLLOW_UP_EVERY_SECONDS: '0.2',
    })
    const { output, child } = processors
    await until(
      'the order is confirmed',
      async () => {
        if (child.exitCode !== null) throw new Error(`ended: ${output()}`)
        const [last] = await store.lastEvents(streams.order(orderId), 1)
        return last?.type === 'OrderConfirmed' ? true : undefined
      },
      { limitMs: 60_000 },
    )
    // It is told when all services have been given the events, which may be after the order has come to its end.
    const told = await until('a person is told', () => {
      const lines = output()
        .split('\n')
        .filter((line) => line.includes('a message of it was lost'))
      return lines.length === 0 ? undefined : lines.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>)
    })
    expect(told.map(({ level, correlationId, written }) => ({ level, correlationId, written }))).to.deep.equal([
      {
        level: 'error',
        correlationId: orderId,
        written: ['ReservationStarted', 'StockReserved', 'InventoryReserved'],
      },
    ])
  })
})
