import { END } from '@eventstore/db-client'
import { expect } from 'chai'
import { event, events, many } from './suite/appending.ts'
import { Group } from './suite/group.ts'
import { rule } from './suite/rule.ts'
import { becomes, stays, until } from './suite/waiting.ts'

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
