import { expect } from 'chai'
import { event } from './suite/appending.ts'
import { Group } from './suite/group.ts'
import { olderServer } from './suite/older-server.ts'
import { rule } from './suite/rule.ts'
import { becomes, refusal } from './suite/waiting.ts'

rule(
  '7.2',
  'groups of a stream are listed under its name, percent-encoded where need be',
  { seen: 'real' },
  async (server) => {
    const stream = `${server.name()} ä/b`
    await Group.create(server, stream, 'one')
    await Group.create(server, stream, 'other')
    const { status, body } = await server.http('GET', `/subscriptions/${encodeURIComponent(stream)}`)
    expect([
      status,
      (JSON.parse(body) as { groupName: string }[]).map(({ groupName }) => groupName).sort(),
    ]).to.deep.equal([200, ['one', 'other']])
    expect((await server.http('GET', `/subscriptions/${server.name()}`)).status).to.equal(404)
  },
)

rule('7.2', 'parked messages are replayed by a POST, up to a number', { seen: 'watched' }, async (server) => {
  const stream = server.name()
  await server.client.appendToStream(stream, [event('a'), event('b')])
  const group = await Group.create(server, stream, 'group')
  const consumer = group.consumer()
  await consumer.saw('a', 'b')
  await consumer.nack('park', 'x', 0, 1)
  await group.parkedCount(2)
  expect((await server.http('POST', `/subscriptions/${stream}/group/replayParked?stopAt=1`)).status).to.equal(200)
  await consumer.saw('a', 'b', 'a')
  expect((await server.http('POST', `/subscriptions/${stream}/group/replayParked`)).status).to.equal(200)
  await consumer.saw('a', 'b', 'a', 'b')
  expect((await server.http('POST', `/subscriptions/${stream}/none/replayParked`)).status).to.equal(404)
  for (const name of ['group', 'none'])
    expect((await server.http('POST', `/subscriptions/${stream}/${name}/replayParked?stopAt=-1`)).status).to.equal(400)
})

rule(
  '7.2',
  'a client that is told of no methods gets the same information, lists and replays by HTTP',
  { seen: 'real' },
  async (server) => {
    const [stream, name] = [`${server.name()} ä/b%c?d#e`, 'g/ö ?#%']
    await server.client.appendToStream(stream, [event('a'), event('b'), event('c')])
    const group = await Group.create(server, stream, name, {
      extraStatistics: true,
      maxSubscriberCount: 3,
      checkPointLowerBound: 1,
      checkPointUpperBound: 1,
    })
    const consumer = group.consumer()
    await consumer.saw('a', 'b', 'c')
    await consumer.ack(0)
    await consumer.nack('park', 'x', 1, 2)
    await group.parkedCount(2)
    await becomes(async () => (await group.info()).stats.lastCheckpointedEventRevision, 2n)

    const client = server.another(await olderServer(server))
    // Rates and counts are since the last time that anybody asked.
    const lasting = ({ stats, connections, ...rest }: Awaited<ReturnType<Group['info']>>) => ({
      ...rest,
      stats: { ...stats, averagePerSecond: 0, countSinceLastMeasurement: 0n },
      connections: connections.map((connection) => ({
        ...connection,
        averageItemsPerSecond: 0,
        countSinceLastMeasurement: 0n,
      })),
    })
    const known = lasting(await group.info())
    expect(lasting(await client.getPersistentSubscriptionToStreamInfo(stream, name))).to.deep.equal(known)
    expect((await client.listPersistentSubscriptionsToStream(stream)).map(lasting)).to.deep.equal([known])
    expect((await client.listAllPersistentSubscriptions()).some(({ eventSource }) => eventSource === stream)).to.equal(
      true,
    )
    await client.replayParkedMessagesToStream(stream, name, { stopAt: 1 })
    await consumer.saw('a', 'b', 'c', 'b')
    await client.replayParkedMessagesToStream(stream, name)
    await consumer.saw('a', 'b', 'c', 'b', 'c')

    for (const missing of [
      client.getPersistentSubscriptionToStreamInfo(stream, 'none'),
      client.replayParkedMessagesToStream(stream, 'none'),
    ]) {
      expect(await refusal(missing)).to.include({
        type: 'persistent-subscription-does-not-exist',
        streamName: stream,
        groupName: 'none',
      })
    }
    const never = server.name()
    expect(await refusal(client.listPersistentSubscriptionsToStream(never))).to.include({
      type: 'persistent-subscription-does-not-exist',
      streamName: never,
    })
  },
)

rule('7.2', 'the subsystem is restarted by a POST', { seen: 'read', only: 'would disturb others' }, async (server) => {
  const group = await Group.create(server, server.name(), 'group')
  const consumer = await group.consumer().ready()
  expect((await server.http('POST', '/subscriptions/restart')).status).to.equal(200)
  expect(await consumer.failed()).to.equal('persistent-subscription-dropped')
})
