import { persistentSubscriptionToAllSettingsFromDefaults, type ResolvedEvent } from '@eventstore/db-client'
import { expect } from 'chai'
import { closedAfterEach } from '../../../test/event-store/closed-after-each.ts'
import { anyGroupSettings, count } from '../../../test/event-store/counting.ts'
import { isStillPending } from '../../../test/event-store/still-pending.ts'
import { rejection } from '../../../test/support/rejection.ts'
import { StoreUnavailable } from '../port.ts'

/** More than the connection and what lies before it hold: what is written last waits for room. One long id stands for many. */
const many = 200
const id = 'x'.repeat(40_000)

describe('acknowledgements that wait for room when the connection breaks', () => {
  const opening = closedAfterEach()

  it('of the client are never heard of again', async () => {
    const server = await opening.server()
    const proxy = await opening.proxy(server.port)
    const client = opening.bareClient(proxy.url)
    await client.createPersistentSubscriptionToAll('order', persistentSubscriptionToAllSettingsFromDefaults())
    const subscription = client.subscribeToPersistentSubscriptionToAll('order')
    const broken = new Promise((resolve) => subscription.on('error', resolve))
    await new Promise((resolve) => subscription.once('confirmation', resolve).resume())
    proxy.stall()
    // All that is used of a message here is its id.
    const message = { event: { id } } as ResolvedEvent
    const acks = Array.from({ length: many }, () => subscription.ack(message).catch(() => undefined))
    proxy.cut()
    await broken
    expect(await isStillPending(Promise.all(acks))).to.equal(true)
  })

  it('of the adapter answer', async () => {
    const server = await opening.server()
    const proxy = await opening.proxy(server.port)
    const store = await opening.adapter({ url: proxy.url })
    await store.ensureGroup('order', anyGroupSettings)
    const connection = await store.connect('order', { bufferSize: 10 })
    const broken = rejection(count(connection.deliveries))
    proxy.stall()
    const acks = Array.from({ length: many }, () => connection.ack([id]))
    proxy.cut()
    await Promise.all(acks)
    expect(await broken).to.be.instanceOf(StoreUnavailable)
  })
})
