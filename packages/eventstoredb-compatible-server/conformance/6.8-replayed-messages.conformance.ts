import { expect } from 'chai'
import { event, events } from './suite/appending.ts'
import { letters } from './suite/consumer.ts'
import { Group } from './suite/group.ts'
import { OwnServer } from './suite/own-server.ts'
import { withParked } from './suite/parked.ts'
import { rule } from './suite/rule.ts'
import { all, becomes, stays } from './suite/waiting.ts'

rule(
  '6.8',
  'a replay without a consumer waits for one, and comes before new events',
  { seen: 'real' },
  async (server) => {
    const [group, consumer] = await withParked(server, 'a')
    await consumer.unsubscribe()
    await group.replay()
    await becomes(async () => (await group.info()).stats.retryBufferCount, 1)
    await server.client.appendToStream(group.stream, event('new'))
    await group.consumer().saw('a', 'new')
  },
)

rule(
  '6.8',
  'a replayed message fails like any other: it comes again, then is parked anew under a new number',
  { seen: 'real' },
  async (server) => {
    const [group, consumer] = await withParked(server, 'a b', { maxRetryCount: 1 })
    await group.replay()
    await consumer.saw(...letters('a b a b'))
    await consumer.ack(2)
    await consumer.nack('retry', '', 3)
    await consumer.saw(...letters('a b a b b*1'))
    await consumer.nack('retry', '', 4)
    await becomes(async () => (await group.parked()).map(({ revision }) => Number(revision)).at(-1), 2)
    const last = (await group.parked()).at(-1)
    expect([
      Buffer.from(last?.data as Uint8Array).toString(),
      (last?.metadata as { subscriptionEventNumber: unknown }).subscriptionEventNumber,
    ]).to.deep.equal([`1@${group.stream}`, 1])
  },
)

rule(
  '6.8',
  'a replayed message that nobody acknowledged goes to the next consumer',
  { seen: 'real' },
  async (server) => {
    const [group, consumer] = await withParked(server, 'a')
    await group.replay()
    await consumer.saw('a', 'a')
    await consumer.unsubscribe()
    await group.consumer().saw('a*1')
  },
)

rule('6.8', 'entries whose event is gone are passed over', { seen: 'read', since: '24.10.0' }, async (server) => {
  const [group, consumer] = await withParked(server, 'a b')
  await server.client.setStreamMetadata(group.stream, { truncateBefore: 1 })
  await group.replay()
  await consumer.saw(...letters('a b b'))
  await consumer.ack(2)
  await group.parkedCount(0)
})

rule('6.8', 'replayed messages move no checkpoint', { seen: 'watched', waits: true }, async (server) => {
  const [group, consumer] = await withParked(server, 'a b', { checkPointLowerBound: 1, checkPointUpperBound: 1 })
  await becomes(async () => (await group.checkpoints()).at(-1), '1')
  const before = await group.checkpoints()
  await group.replay()
  await consumer.saw(...letters('a b a b'))
  await consumer.ack(2, 3)
  await stays(() => group.checkpoints(), before, 1_200)
})

rule(
  '6.8',
  'parked messages, replayed or not, outlive a kill until they are acknowledged',
  {
    seen: {
      differs:
        'they are cut off before they are acknowledged, and none are counted after a restart without a checkpoint',
    },
    waits: true,
  },
  async (server) => {
    const own = await OwnServer.start(server)
    const outside = () => ({ client: own.client, after: () => undefined })
    await own.append('stream', events('a b c'))
    const group = await Group.create(outside(), 'stream', 'group')
    const consumer = group.consumer()
    await consumer.saw('a', 'b', 'c')
    await consumer.nack('park', 'x', 0, 1, 2)
    await group.parkedCount(3)
    await group.replay(2)
    await consumer.saw(...letters('a b c a b'))
    await own.restart()
    const again = new Group(outside(), 'stream', 'group')
    await again.parkedCount(3)
    expect((await all(own.client.readStream('$persistentsubscription-stream::group-parked'))).length).to.equal(3)
  },
)
