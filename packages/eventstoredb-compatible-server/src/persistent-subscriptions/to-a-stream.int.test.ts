import {
  EventStoreDBClient,
  jsonEvent,
  persistentSubscriptionToAllSettingsFromDefaults,
  persistentSubscriptionToStreamSettingsFromDefaults,
  START,
} from '@eventstore/db-client'
import { expect } from 'chai'
import { ClientConsumer, eventually } from './testing/client-consumer.ts'
import { clientOnServer } from './testing/client-on-server.ts'

const toAll = persistentSubscriptionToAllSettingsFromDefaults
const toStream = persistentSubscriptionToStreamSettingsFromDefaults

/** The type of the client's error; fails when there is none. */
const errorOf = async (work: Promise<unknown>): Promise<{ type: string; message: string }> => {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof Error) || !('type' in error)) throw new Error(`no error of the client: ${String(error)}`)
  return { type: String(error.type), message: error.message }
}

describe('persistent subscriptions through the client', () => {
  const { client: opened, url, fresh, append, onStream } = clientOnServer()
  let client: EventStoreDBClient
  before(() => {
    client = opened()
  })

  describe('to a stream', () => {
    it('never send more than the window, and give what a leaving consumer had to the next', async () => {
      const stream = fresh()
      await append(stream, 'a', 'b', 'c', 'd')
      await client.createPersistentSubscriptionToStream(stream, 'g', toStream({ startFrom: START }))
      const first = onStream(stream, 2)
      await first.saw('a', 'b')
      const info = await client.getPersistentSubscriptionToStreamInfo(stream, 'g')
      expect([info.stats.totalInFlightMessages, info.stats.readBufferCount]).to.deep.equal([2, 2])
      await first.ack(0)
      await first.saw('a', 'b', 'c')
      await first.unsubscribe()
      const second = onStream(stream)
      await second.saw('b*1', 'c*1', 'd')
      await second.unsubscribe()
    })

    it('time out by the tick', async () => {
      const stream = fresh()
      await append(stream, 'a')
      await client.createPersistentSubscriptionToStream(
        stream,
        'g',
        toStream({ startFrom: START, messageTimeout: 100, maxRetryCount: 1 }),
      )
      const consumer = onStream(stream)
      await consumer.saw('a', 'a*1')
      await eventually(
        async () => (await client.getPersistentSubscriptionToStreamInfo(stream, 'g')).stats.parkedMessageCount === 1n,
      )
      await consumer.unsubscribe()
    })

    it('give one consumer everything once and in order, while more is appended, however small the buffers are', async () => {
      const stream = fresh()
      const expected = Array.from({ length: 1_500 }, (_, index) => `e${index}`)
      await append(stream, ...expected.slice(0, 750))
      await client.createPersistentSubscriptionToStream(
        stream,
        'g',
        toStream({ startFrom: START, historyBufferSize: 25, liveBufferSize: 10 }),
      )
      const subscription = client.subscribeToPersistentSubscriptionToStream(stream, 'g', { bufferSize: 40 })
      const appending = (async () => {
        for (let from = 750; from < expected.length; from += 50)
          await append(stream, ...expected.slice(from, from + 50))
      })()
      const seen: string[] = []
      for await (const event of subscription) {
        seen.push(`${event.event?.type}${event.retryCount === 0 ? '' : '*'}`)
        await subscription.ack(event)
        if (seen.length === expected.length) break
      }
      await appending
      await subscription.unsubscribe()
      expect(seen).to.deep.equal(expected)
    })

    it('serve others while one consumer does not read, and give them what it does not take', async () => {
      const stream = fresh()
      const large = Array.from({ length: 40 }, (_, index) =>
        jsonEvent({ type: `large${index}`, data: { padding: 'x'.repeat(50_000) } }),
      )
      for (let from = 0; from < large.length; from += 10)
        await client.appendToStream(stream, large.slice(from, from + 10))
      await client.createPersistentSubscriptionToStream(
        stream,
        'g',
        toStream({ startFrom: START, messageTimeout: 500, consumerStrategyName: 'DispatchToSingle' }),
      )
      const other = EventStoreDBClient.connectionString(url())
      const idle = other.subscribeToPersistentSubscriptionToStream(stream, 'g', { bufferSize: 30 })
      // An error listener, but nobody who reads.
      idle.on('error', () => undefined)
      await eventually(
        async () =>
          (await client.getPersistentSubscriptionToStreamInfo(stream, 'g')).stats.totalInFlightMessages === 30,
      )
      const reading = client.subscribeToPersistentSubscriptionToStream(stream, 'g', { bufferSize: 10 })
      const taken = new Set<string>()
      for await (const event of reading) {
        taken.add(event.event?.type ?? '')
        await reading.ack(event)
        if (taken.size === large.length) break
        if (taken.size === 10) await idle.unsubscribe()
      }
      await reading.unsubscribe()
      await other.dispose()
      expect(taken.size).to.equal(large.length)
    })

    it('answer with the client’s own errors', async () => {
      const stream = fresh()
      await client.createPersistentSubscriptionToStream(stream, 'g', toStream({ maxSubscriberCount: 1 }))
      expect((await errorOf(client.createPersistentSubscriptionToStream(stream, 'g', toStream()))).type).to.equal(
        'persistent-subscription-exists',
      )
      expect((await errorOf(client.deletePersistentSubscriptionToStream(stream, 'none'))).type).to.equal(
        'persistent-subscription-does-not-exist',
      )
      expect((await errorOf(client.updatePersistentSubscriptionToStream('none', 'g', toStream()))).type).to.equal(
        'persistent-subscription-does-not-exist',
      )
      expect((await errorOf(client.getPersistentSubscriptionToAllInfo('none'))).type).to.equal(
        'persistent-subscription-does-not-exist',
      )
      expect(await errorOf(client.listPersistentSubscriptionsToStream('never'))).to.deep.equal({
        type: 'persistent-subscription-does-not-exist',
        message: '5 NOT_FOUND: Subscription group  on stream never does not exist.',
      })
      expect(
        (await errorOf(client.createPersistentSubscriptionToStream(stream, 'bad', toStream({ readBatchSize: 500 }))))
          .type,
      ).to.equal('persistent-subscription-failed')
      expect((await errorOf(client.createPersistentSubscriptionToStream('$all', 'bad', toStream()))).type).to.equal(
        'persistent-subscription-failed',
      )
      expect(
        (
          await errorOf(
            client.createPersistentSubscriptionToAll('bad', toAll({ startFrom: { commit: 1n << 60n, prepare: 0n } })),
          )
        ).type,
      ).to.equal('persistent-subscription-failed')
      const first = onStream(stream)
      await eventually(
        async () => (await client.getPersistentSubscriptionToStreamInfo(stream, 'g')).connections.length === 1,
      )
      await onStream(stream).failedWith('maximum-subscribers-reached')
      await new ClientConsumer(client.subscribeToPersistentSubscriptionToStream(stream, 'none')).failedWith(
        'persistent-subscription-does-not-exist',
      )
      await client.deletePersistentSubscriptionToStream(stream, 'g')
      await first.failedWith('persistent-subscription-dropped')
      expect(await client.listPersistentSubscriptionsToStream(stream)).to.deep.equal([])
    })

    it('drop their consumers when updated or restarted, and go on', async () => {
      const stream = fresh()
      await append(stream, 'a', 'b')
      await client.createPersistentSubscriptionToStream(
        stream,
        'g',
        toStream({ startFrom: START, checkPointLowerBound: 1, checkPointUpperBound: 1 }),
      )
      const first = onStream(stream)
      await first.saw('a', 'b')
      await first.ack(0)
      await eventually(
        async () =>
          (await client.getPersistentSubscriptionToStreamInfo(stream, 'g')).stats.lastCheckpointedEventRevision === 0n,
      )
      await client.updatePersistentSubscriptionToStream(stream, 'g', toStream({ consumerStrategyName: 'Pinned' }))
      await first.failedWith('persistent-subscription-dropped')
      const second = onStream(stream)
      await second.saw('b')
      await client.restartPersistentSubscriptionSubsystem()
      await second.failedWith('persistent-subscription-dropped')
      const third = onStream(stream)
      await third.saw('b')
      expect((await client.getPersistentSubscriptionToStreamInfo(stream, 'g')).settings.consumerStrategyName).to.equal(
        'Pinned',
      )
      await third.unsubscribe()
    })

    it('resolve links, which acknowledgements then name', async () => {
      const [stream, links] = [fresh(), fresh()]
      await append(stream, 'target')
      await client.appendToStream(links, {
        ...jsonEvent({ type: '$>', data: {} }),
        contentType: 'application/octet-stream',
        data: Buffer.from(`0@${stream}`),
      })
      await client.createPersistentSubscriptionToStream(
        links,
        'g',
        toStream({ startFrom: START, resolveLinkTos: true }),
      )
      const consumer = onStream(links)
      await consumer.saw('target')
      expect([consumer.events[0]?.event?.streamId, consumer.events[0]?.link?.streamId]).to.deep.equal([stream, links])
      await consumer.ack(0)
      await eventually(
        async () =>
          (await client.getPersistentSubscriptionToStreamInfo(links, 'g')).stats.outstandingMessagesCount === 0,
      )
      await consumer.unsubscribe()
    })
  })
})
