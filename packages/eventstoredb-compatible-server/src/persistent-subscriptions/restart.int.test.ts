import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  END,
  EventStoreDBClient,
  jsonEvent,
  persistentSubscriptionToAllSettingsFromDefaults as toAll,
} from '@eventstore/db-client'
import { expect } from 'chai'
import { startEventStore } from '../server.ts'
import { ClientConsumer, eventually } from './testing/client-consumer.ts'

describe('persistent subscriptions when the server restarts', () => {
  it('tell their consumers, and are there again with what was not done', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'persistent-subscriptions-'))
    const first = await startEventStore({ port: 0, data: directory })
    const before = EventStoreDBClient.connectionString(first.url)
    await before.createPersistentSubscriptionToAll(
      'g',
      toAll({ startFrom: END, checkPointLowerBound: 1, checkPointUpperBound: 1 }),
    )
    const consumer = new ClientConsumer(before.subscribeToPersistentSubscriptionToAll('g'))
    await before.appendToStream(
      's',
      ['a', 'b', 'c'].map((type) => jsonEvent({ type, data: {} })),
    )
    await consumer.saw('a', 'b', 'c')
    await consumer.ack(0)
    await consumer.nack('park', 'no', 1)
    await eventually(async () => (await before.getPersistentSubscriptionToAllInfo('g')).stats.parkedMessageCount === 1n)
    await first.stop()
    await consumer.failedWith('persistent-subscription-dropped')
    await before.dispose()

    const second = await startEventStore({ port: 0, data: directory })
    const after = EventStoreDBClient.connectionString(second.url)
    const again = new ClientConsumer(after.subscribeToPersistentSubscriptionToAll('g'))
    await again.saw('c')
    expect((await after.getPersistentSubscriptionToAllInfo('g')).stats.parkedMessageCount).to.equal(1n)
    await after.replayParkedMessagesToAll('g', { stopAt: 1n })
    await again.saw('c', 'b')
    await again.unsubscribe()
    await after.dispose()
    await second.stop()
    await rm(directory, { recursive: true })
  })
})
