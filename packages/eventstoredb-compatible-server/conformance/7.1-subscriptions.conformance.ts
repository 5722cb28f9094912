import { expect } from 'chai'
import { event } from './suite/appending.ts'
import { Group } from './suite/group.ts'
import { json } from './suite/http-json.ts'
import { OwnServer } from './suite/own-server.ts'
import { rule } from './suite/rule.ts'
import type { Server } from './suite/server.ts'
import { becomes, until } from './suite/waiting.ts'

rule('7.1', '/subscriptions lists groups with what they have done', { seen: 'real' }, async (server) => {
  const stream = server.name()
  await server.client.appendToStream(stream, event('a'))
  const group = await Group.create(server, stream, 'group')
  await group.consumer().saw('a')
  const listed = (await json(server, '/subscriptions')) as Record<string, unknown>[]
  const found = listed.find(({ eventStreamId }) => eventStreamId === stream)
  expect(found).to.deep.include({
    groupName: 'group',
    status: 'Live',
    connectionCount: 1,
    totalInFlightMessages: 1,
    totalItemsProcessed: 1,
    lastKnownEventNumber: 0,
  })
  expect(found).to.include.all.keys('links', 'parkedMessageUri', 'getMessagesUri', 'averageItemsPerSecond')
})

rule(
  '7.1',
  '/subscriptions/{stream}/{group}/info adds settings, buffers and connections',
  { seen: 'real' },
  async (server) => {
    const stream = server.name()
    await Group.create(server, stream, 'group', {
      startFrom: 6n,
      resolveLinkTos: true,
      extraStatistics: true,
      messageTimeout: 12_345,
      maxRetryCount: 4,
      checkPointAfter: 777,
      checkPointLowerBound: 2,
      checkPointUpperBound: 9,
      maxSubscriberCount: 3,
      liveBufferSize: 50,
      readBatchSize: 10,
      historyBufferSize: 60,
      consumerStrategyName: 'Pinned',
    })
    const info = (await json(server, `/subscriptions/${stream}/group/info`)) as {
      config: Record<string, unknown>
      connections: unknown
      parkedMessageCount: unknown
    }
    expect(info.config).to.deep.include({
      startFrom: 6,
      resolveLinktos: true,
      extraStatistics: true,
      messageTimeoutMilliseconds: 12_345,
      maxRetryCount: 4,
      checkPointAfterMilliseconds: 777,
      minCheckPointCount: 2,
      maxCheckPointCount: 9,
      maxSubscriberCount: 3,
      liveBufferSize: 50,
      readBatchSize: 10,
      bufferSize: 60,
      preferRoundRobin: false,
      namedConsumerStrategy: 'Pinned',
    })
    expect([info.connections, info.parkedMessageCount]).to.deep.equal([[], 0])
    expect((await server.http('GET', `/subscriptions/${stream}/none/info`)).status).to.equal(404)
  },
)

/** One number of `/metrics`; undefined where there is none of that name with these labels. */
const metric = async (server: Server, name: string, labels: string): Promise<number | undefined> => {
  const { body } = await server.http('GET', '/metrics')
  const line = body.split('\n').find((text) => text.startsWith(`eventstore_persistent_sub_${name}{${labels}} `))
  return line === undefined ? undefined : Number(line.split(' ')[1])
}

rule(
  '7.1',
  '/metrics and info tell who had messages parked, and how often they were replayed',
  { seen: 'read', since: '24.10.0' },
  async (server) => {
    const stream = server.name()
    await server.client.appendToStream(stream, [event('a'), event('b'), event('c')])
    const group = await Group.create(server, stream, 'group', { maxRetryCount: 0 })
    const consumer = group.consumer()
    await consumer.saw('a', 'b', 'c')
    await consumer.nack('park', 'x', 0, 1)
    await consumer.nack('retry', '', 2)
    await group.parkedCount(3)
    await group.replay()
    await consumer.saw('a', 'b', 'c', 'a', 'b', 'c')
    const labels = `event_stream_id="${stream}",group_name="group"`
    // The real server looks at its groups from time to time.
    await becomes(
      async () => [
        await metric(server, 'park_message_requests', `${labels},reason="client-nak"`),
        await metric(server, 'park_message_requests', `${labels},reason="max-retries"`),
        await metric(server, 'parked_message_replays', labels),
      ],
      [2, 1, 1],
    )
    expect(await json(server, `/subscriptions/${stream}/group/info`)).to.include({
      parkedDueToClientNak: 2,
      parkedDueToMaxRetries: 1,
      parkedMessageReplays: 1,
    })
  },
)

rule(
  '7.1',
  '/metrics and info tell how old the oldest parked message is, right after a restart too',
  { seen: 'read', since: '24.10.0', only: 'kills the server', waits: true },
  async (server) => {
    const own = await OwnServer.start(server)
    await own.append('stream', [event('a'), event('b')])
    const group = await Group.create({ client: own.client, after: () => undefined }, 'stream', 'group')
    const consumer = group.consumer()
    await consumer.saw('a', 'b')
    const labels = 'event_stream_id="stream",group_name="group"'
    const ages = async (): Promise<readonly unknown[]> => {
      const { oldestParkedMessage } = (await json(own.server, '/subscriptions/stream/group/info')) as {
        oldestParkedMessage: unknown
      }
      return [await metric(own.server, 'oldest_parked_message_seconds', labels), oldestParkedMessage]
    }
    expect(await ages()).to.deep.equal([0, 0])
    await consumer.nack('park', 'x', 0)
    await group.parkedCount(1)
    const parkedAt = Date.now()
    await until(
      'it is more than a second old',
      async () => Date.now() - parkedAt > 1_200 && Number((await ages())[0]) > 1.2,
      ages,
    )
    await consumer.nack('park', 'x', 1)
    await group.parkedCount(2)
    await own.restart()
    for (const age of await ages()) expect(age).to.be.within(1, (Date.now() - parkedAt) / 1_000 + 1)
    const again = new Group({ client: own.client, after: () => undefined }, 'stream', 'group')
    // The younger one is left.
    await again.replay(1)
    await again.parkedCount(1)
    for (const age of await ages()) expect(age).to.be.below((Date.now() - parkedAt) / 1_000 - 1)
    await again.replay()
    await again.parkedCount(0)
    expect(await ages()).to.deep.equal([0, 0])
  },
)
