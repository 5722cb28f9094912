import { END, START, eventTypeFilter } from '@eventstore/db-client'
import { expect } from 'chai'
import { event, many } from './suite/appending.ts'
import { letters } from './suite/consumer.ts'
import { AllGroup, Group } from './suite/group.ts'
import { OwnServer } from './suite/own-server.ts'
import { rule } from './suite/rule.ts'
import type { Server } from './suite/server.ts'
import { becomes, stays, until } from './suite/waiting.ts'

const events = (text: string) => letters(text).map((type) => event(type))

rule(
  '6.4',
  'a group from a revision begins with it; one from the end with what comes then',
  { seen: 'real' },
  async (server) => {
    const stream = server.name()
    await server.client.appendToStream(stream, events('a b c'))
    const fromOne = (await Group.create(server, stream, 'from one', { startFrom: 1n })).consumer()
    const fromEnd = (await Group.create(server, stream, 'from end', { startFrom: END })).consumer()
    await Promise.all([fromOne.ready(), fromEnd.ready()])
    await server.client.appendToStream(stream, event('d'))
    await fromOne.saw('b', 'c', 'd')
    await fromEnd.saw('d')
  },
)

rule('6.4', 'what is written while nobody is connected waits', { seen: 'real' }, async (server) => {
  const stream = server.name()
  const group = await Group.create(server, stream, 'group', { startFrom: END })
  await server.client.appendToStream(stream, events('a b'))
  await group.consumer().saw('a', 'b')
})

rule('6.4', 'a group whose start lies ahead delivers nothing before it', { seen: 'real' }, async (server) => {
  const stream = server.name()
  await server.client.appendToStream(stream, events('a b'))
  const consumer = await (await Group.create(server, stream, 'group', { startFrom: 3n })).consumer().ready()
  await server.client.appendToStream(stream, events('c d e'))
  await consumer.saw('d', 'e')
})

rule(
  '6.4',
  'one consumer without failures gets everything once and in order, from history and live',
  { seen: 'real' },
  async (server) => {
    const stream = server.name()
    await server.client.appendToStream(stream, many(500))
    const group = await Group.create(server, stream, 'group', {
      readBatchSize: 10,
      historyBufferSize: 25,
      liveBufferSize: 5,
    })
    const consumer = group.consumer(40)
    const appending = (async () => {
      for (let n = 0; n < 20; n += 1) await server.client.appendToStream(stream, many(25))
    })()
    for (let done = 0; done < 1_000;) {
      const count = done
      await until(
        'more',
        () => consumer.deliveries.length > count,
        () => [count, consumer.error],
      )
      const indices = Array.from({ length: consumer.deliveries.length - done }, (_, n) => done + n)
      done += indices.length
      await consumer.ack(...indices)
    }
    await appending
    expect(
      consumer.deliveries.map(({ event: delivered, retryCount }) => [Number(delivered?.revision), retryCount]),
    ).to.deep.equal(Array.from({ length: 1_000 }, (_, n) => [n, 0]))
  },
)

rule('6.4', 'more than its buffers hold may pile up without a consumer', { seen: 'real' }, async (server) => {
  const stream = server.name()
  const group = await Group.create(server, stream, 'group', {
    startFrom: END,
    readBatchSize: 10,
    historyBufferSize: 20,
    liveBufferSize: 10,
  })
  await server.client.appendToStream(stream, many(300))
  const consumer = group.consumer(300)
  for (let acked = 0; acked < 300;) {
    const count = acked
    await until(
      'more',
      () => consumer.deliveries.length > count,
      () => count,
    )
    const indices = Array.from({ length: consumer.deliveries.length - acked }, (_, n) => acked + n)
    acked += indices.length
    await consumer.ack(...indices)
  }
  expect(consumer.deliveries.map(({ event: delivered }) => Number(delivered?.revision))).to.deep.equal(
    Array.from({ length: 300 }, (_, n) => n),
  )
})

// Before 24.10.8 such a consumer stalled after the first page.
rule(
  '6.4',
  'a consumer who acknowledges nothing gets as much as his window holds, page after page',
  { seen: 'read', since: '24.10.8' },
  async (server) => {
    const stream = server.name()
    await server.client.appendToStream(stream, many(200))
    const group = await Group.create(server, stream, 'group', { readBatchSize: 20, historyBufferSize: 30 })
    const consumer = group.consumer(100)
    await until(
      'a hundred',
      () => consumer.deliveries.length >= 100,
      () => consumer.deliveries.length,
    )
    await stays(() => consumer.deliveries.length, 100, 100)
  },
)

rule(
  '6.4',
  'says that it is live once it has caught up, and behind while it has not',
  { seen: 'real' },
  async (server) => {
    const stream = server.name()
    const group = await Group.create(server, stream, 'group')
    await becomes(async () => (await group.info()).status, 'Live')
    await server.client.appendToStream(stream, many(200))
    const behind = await Group.create(server, stream, 'behind', { historyBufferSize: 30 })
    await becomes(async () => (await behind.info()).status.startsWith('Behind'), true)
  },
)

rule(
  '6.4',
  'a live group gets the tombstone of its stream as an event, and is not dropped',
  { seen: 'real' },
  async (server) => {
    const stream = server.name()
    const group = await Group.create(server, stream, 'group', { startFrom: END })
    const consumer = await group.consumer().ready()
    await server.client.appendToStream(stream, event('a'))
    await consumer.saw('a')
    await server.client.tombstoneStream(stream)
    await consumer.saw('a', '$streamDeleted')
    expect([
      consumer.deliveries[1]?.event?.revision,
      consumer.error,
      (await group.info()).stats.lastKnownEventRevision,
    ]).to.deep.equal([9_223_372_036_854_775_807n, undefined, 9_223_372_036_854_775_807n])
  },
)

rule('6.4', 'a group that has to read a tombstoned stream drops its consumers', { seen: 'real' }, async (server) => {
  const stream = server.name()
  await server.client.appendToStream(stream, events('a b'))
  await server.client.tombstoneStream(stream)
  const group = await Group.create(server, stream, 'group')
  expect(await group.consumer().failed()).to.equal('persistent-subscription-dropped')
})

rule(
  '6.4',
  'so does one that goes on from a checkpoint, even if there is nothing left to read',
  { seen: 'real', waits: true },
  async (server) => {
    const stream = server.name()
    await server.client.appendToStream(stream, event('a'))
    const group = await Group.create(server, stream, 'group', { checkPointLowerBound: 1, checkPointUpperBound: 1 })
    const consumer = group.consumer()
    await consumer.saw('a')
    await server.client.tombstoneStream(stream)
    await consumer.saw('a', '$streamDeleted')
    await consumer.ack(0, 1)
    await becomes(async () => (await group.checkpoints()).at(-1), '9223372036854775807')
    await group.update()
    expect(await group.consumer().failed()).to.equal('persistent-subscription-dropped')
  },
)

const twins = async (server: Server, maxRetryCount = 10): Promise<[AllGroup, string]> => {
  const type = server.name('Twin')
  const same = event(type)
  await server.client.appendToStream(server.name(), same)
  await server.client.appendToStream(server.name(), same)
  return [
    await AllGroup.create(
      server,
      server.name('group'),
      { startFrom: START, maxRetryCount },
      eventTypeFilter({ prefixes: [type] }),
    ),
    type,
  ]
}

rule(
  '6.4',
  'two messages with one id are both delivered, and done when both are acknowledged',
  { seen: 'real' },
  async (server) => {
    const [group, type] = await twins(server)
    const consumer = group.consumer()
    await consumer.saw(type, type)
    await consumer.ack(0, 1)
    await becomes(async () => (await group.info()).stats.outstandingMessagesCount, 0)
  },
)

rule(
  '6.4',
  'of two messages with one id a refusal means the first, also when that was sent again',
  { seen: 'real' },
  async (server) => {
    const [group, type] = await twins(server, 1)
    const consumer = group.consumer()
    await consumer.saw(type, type)
    const first = consumer.deliveries[0]?.event?.streamId
    await consumer.nack('retry', '', 0)
    await consumer.saw(type, type, `${type}*1`)
    expect(consumer.deliveries[2]?.event?.streamId).to.equal(first)
    await consumer.nack('retry', '', 2)
    await becomes(
      async () => (await group.parked()).map(({ data }) => Buffer.from(data as Uint8Array).toString()),
      [`0@${first}`],
    )
    await consumer.saw(type, type, `${type}*1`)
  },
)

rule(
  '6.4',
  'two messages with one id both come again',
  { seen: { differs: 'only the first is kept watch on; the other is forgotten when its consumer leaves' } },
  async (server) => {
    const [group, type] = await twins(server)
    const consumer = group.consumer()
    await consumer.saw(type, type)
    await consumer.unsubscribe()
    await group.consumer().saw(`${type}*1`, `${type}*1`)
  },
)

rule(
  '6.4',
  'after a reload nothing is passed over when the event of the checkpoint is gone',
  { seen: { differs: 'the first event that is read is dropped, whatever it is' }, waits: true },
  async (server) => {
    const stream = server.name()
    await server.client.appendToStream(stream, events('a b c d e'))
    const group = await Group.create(server, stream, 'group', { checkPointLowerBound: 1, checkPointUpperBound: 1 })
    const consumer = group.consumer()
    await consumer.saw(...letters('a b c d e'))
    await consumer.ack(0, 1, 2)
    await becomes(async () => (await group.checkpoints()).at(-1), '2')
    await server.client.setStreamMetadata(stream, { truncateBefore: 3 })
    await group.update()
    expect(await consumer.failed()).to.equal('persistent-subscription-dropped')
    await group.consumer().saw('d', 'e')
  },
)

rule(
  '6.4',
  'a group from the end misses nothing that came before its first checkpoint when the server restarts',
  { seen: { differs: 'where the end was is forgotten, and what came since is never delivered' }, waits: true },
  async (server) => {
    const own = await OwnServer.start(server)
    await own.append('stream', event('before'))
    await Group.create({ client: own.client, after: () => undefined }, 'stream', 'group', { startFrom: END })
    await own.append('stream', events('a b'))
    await own.restart()
    await new Group({ client: own.client, after: () => undefined }, 'stream', 'group').consumer().saw('a', 'b')
  },
)
