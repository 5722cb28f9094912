import type { EventStoreDBClient } from '@eventstore/db-client'
import {
  END,
  eventTypeFilter,
  persistentSubscriptionToAllSettingsFromDefaults,
  START,
  streamNameFilter,
} from '@eventstore/db-client'
import { expect } from 'chai'
import { eventually } from './testing/client-consumer.ts'
import { clientOnServer } from './testing/client-on-server.ts'

const toAll = persistentSubscriptionToAllSettingsFromDefaults

describe('persistent subscriptions through the client', () => {
  const { client: opened, fresh, append, onAll } = clientOnServer()
  let client: EventStoreDBClient
  before(() => {
    client = opened()
  })

  describe('to an unfiltered $all', () => {
    it('deliver, retry, park and checkpoint', async () => {
      const stream = fresh()
      await client.createPersistentSubscriptionToAll(
        'work',
        toAll({ startFrom: END, maxRetryCount: 1, checkPointLowerBound: 1, checkPointUpperBound: 1 }),
      )
      const consumer = onAll('work')
      await append(stream, 'a', 'b', 'c')
      await consumer.saw('a', 'b', 'c')
      await consumer.nack('retry', 'later', 0)
      await consumer.saw('a', 'b', 'c', 'a*1')
      await consumer.nack('retry', 'later', 3)
      await consumer.nack('park', 'häßlich', 1)
      await consumer.nack('skip', 'never mind', 2)

      const info = () => client.getPersistentSubscriptionToAllInfo('work')
      await eventually(async () => (await info()).stats.parkedMessageCount === 2n, info)
      await eventually(async () => {
        const { lastCheckpointedEventPosition: done, lastKnownEventPosition: known } = (await info()).stats
        return done !== undefined && done.commit === known?.commit
      }, info)
      const parked = []
      for await (const { event } of client.readStream('$persistentsubscription-$all::work-parked')) parked.push(event)
      expect(
        parked.map((event) => [event?.type, event?.isJson, Buffer.from(event?.data as Uint8Array).toString()]),
      ).to.deep.equal([
        ['$>', false, `0@${stream}`],
        ['$>', false, `1@${stream}`],
      ])
      expect(parked.map((event) => event?.metadata)).to.have.nested.property('[0].reason', 'Reached retry count of 1')
      expect(parked[1]?.metadata).to.deep.include({
        reason: "Client explicitly NAK'ed message.\nhäßlich",
        subscriptionEventNumber: 1,
      })

      await client.replayParkedMessagesToAll('work')
      await consumer.saw('a', 'b', 'c', 'a*1', 'a', 'b')
      const replayed = consumer.events[4]
      expect([
        replayed?.event?.streamId,
        replayed?.event?.revision,
        replayed?.link?.streamId,
        replayed?.link?.revision,
      ]).to.deep.equal([stream, 0n, '$persistentsubscription-$all::work-parked', 0n])
      expect(replayed?.event?.position).to.deep.equal(replayed?.link?.position)
      await consumer.ack(4, 5)
      await eventually(async () => (await info()).stats.outstandingMessagesCount === 0, info)
      await consumer.unsubscribe()
      await client.deletePersistentSubscriptionToAll('work')
    })

    it('say all there is to say of themselves', async () => {
      await client.createPersistentSubscriptionToAll(
        'about',
        toAll({ startFrom: START, extraStatistics: true, maxSubscriberCount: 3 }),
      )
      const consumer = onAll('about', 4)
      await eventually(() => consumer.events.length > 0)
      const info = await client.getPersistentSubscriptionToAllInfo('about')
      expect(info).to.deep.include({ eventSource: '$all', groupName: 'about' })
      expect(info.settings).to.deep.equal({
        ...toAll({ startFrom: START, extraStatistics: true, maxSubscriberCount: 3 }),
      })
      expect(
        info.connections.map(({ from, username, availableSlots, inFlightMessages }) => [
          from,
          username,
          availableSlots + inFlightMessages,
        ]),
      ).to.deep.equal([['', 'system', 4]])
      expect([...(info.connections[0]?.extraStatistics?.keys() ?? [])]).to.include.members([
        'mean',
        'median',
        'quintile 5',
        '99.9%',
        'highest',
      ])
      await consumer.unsubscribe()
      await eventually(async () => (await client.getPersistentSubscriptionToAllInfo('about')).connections.length === 0)
    })
  })

  describe('to a filtered $all', () => {
    it('deliver only what matches, by stream or by type', async () => {
      const stream = fresh()
      await client.createPersistentSubscriptionToAll('by-stream', toAll({ startFrom: END }), {
        filter: streamNameFilter({ prefixes: [stream] }),
      })
      await client.createPersistentSubscriptionToAll('by-type', toAll({ startFrom: END }), {
        filter: eventTypeFilter({ regex: '^wanted' }),
      })
      const [byStream, byType] = [onAll('by-stream'), onAll('by-type')]
      await append(stream, 'wanted-1', 'other')
      await append('elsewhere', 'wanted-2')
      await byStream.saw('wanted-1', 'other')
      await byType.saw('wanted-1', 'wanted-2')
      await byStream.unsubscribe()
      await byType.unsubscribe()
    })
  })
})
