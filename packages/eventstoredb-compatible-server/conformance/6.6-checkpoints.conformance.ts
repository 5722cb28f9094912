import { expect } from 'chai'
import { eventTypeFilter, START } from '@eventstore/db-client'
import { event, many } from './suite/appending.ts'
import type { Consumer } from './suite/consumer.ts'
import { AllGroup, Group } from './suite/group.ts'
import { OwnServer } from './suite/own-server.ts'
import { rule } from './suite/rule.ts'
import type { Server } from './suite/server.ts'
import { all, becomes, stays, until } from './suite/waiting.ts'

const delivered = async (
  server: Server,
  count: number,
  changes: Parameters<typeof Group.create>[3],
): Promise<[Group, Consumer]> => {
  const stream = server.name()
  await server.client.appendToStream(stream, many(count, 'a'))
  const group = await Group.create(server, stream, 'group', changes)
  const consumer = group.consumer(count)
  await until(
    'all',
    () => consumer.deliveries.length === count,
    () => consumer.deliveries.length,
  )
  return [group, consumer]
}
const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, n) => from + n)

rule(
  '6.6',
  'below the lower bound there is no checkpoint, at it one with the next tick',
  { seen: 'real', waits: true },
  async (server) => {
    const [group, consumer] = await delivered(server, 10, {
      checkPointLowerBound: 5,
      checkPointUpperBound: 100,
      checkPointAfter: 100,
    })
    await consumer.ack(...range(0, 4))
    await stays(() => group.checkpoints(), [], 1_500)
    await consumer.ack(4)
    await becomes(() => group.checkpoints(), ['4'])
  },
)

rule('6.6', 'at the upper bound there is one at once', { seen: 'real' }, async (server) => {
  const [group, consumer] = await delivered(server, 24, {
    checkPointLowerBound: 5,
    checkPointUpperBound: 10,
    checkPointAfter: 600_000,
  })
  await consumer.ack(...range(0, 10))
  await becomes(() => group.checkpoints(), ['9'])
  // There has been one, so that time alone would bring no second for ten minutes.
  await consumer.ack(...range(10, 20))
  await becomes(() => group.checkpoints(), ['9', '19'])
})

rule(
  '6.6',
  'between two checkpoints by time there is checkPointAfter, before the first there is not',
  { seen: 'real', waits: true },
  async (server) => {
    const [group, consumer] = await delivered(server, 10, {
      checkPointLowerBound: 2,
      checkPointUpperBound: 100,
      checkPointAfter: 3_000,
    })
    await consumer.ack(0, 1)
    await becomes(() => group.checkpoints(), ['1'])
    await consumer.ack(2, 3)
    await becomes(() => group.checkpoints(), ['1', '3'])
    const written = (
      await all(server.client.readStream(`$persistentsubscription-${group.stream}::group-checkpoint`))
    ).map(({ event: one }) => one?.created.getTime() ?? 0)
    expect(written[1]! - written[0]!).to.be.within(2_900, 10_000)
  },
)

rule(
  '6.6',
  'with a checkPointAfter of nothing there is none by time',
  { seen: 'real', waits: true },
  async (server) => {
    const [group, consumer] = await delivered(server, 5, {
      checkPointLowerBound: 1,
      checkPointUpperBound: 100,
      checkPointAfter: 0,
    })
    await consumer.ack(0, 1, 2)
    await stays(() => group.checkpoints(), [], 2_200)
  },
)

rule(
  '6.6',
  'with a lower bound of nothing the same checkpoint is written again and again',
  { seen: 'real', waits: true },
  async (server) => {
    const [group, consumer] = await delivered(server, 3, {
      checkPointLowerBound: 0,
      checkPointUpperBound: 100,
      checkPointAfter: 100,
    })
    await consumer.ack(0, 1)
    await until(
      'three of them',
      async () => (await group.checkpoints()).filter((at) => at === '1').length >= 3,
      () => group.checkpoints(),
    )
    // It would go on for ever, in the sight of every rule that looks at $all.
    await server.client.deletePersistentSubscriptionToStream(group.stream, group.name)
  },
)

rule(
  '6.6',
  'a message that is not done holds the checkpoint back; when it is, all go at once',
  { seen: 'real', waits: true },
  async (server) => {
    const [group, consumer] = await delivered(server, 8, {
      checkPointLowerBound: 1,
      checkPointUpperBound: 3,
      checkPointAfter: 100,
    })
    await consumer.ack(0, 2, 3, 4, 5, 6)
    await becomes(async () => (await group.checkpoints()).at(-1), '0')
    await stays(async () => (await group.checkpoints()).at(-1), '0', 1_200)
    await consumer.ack(1)
    await becomes(async () => (await group.checkpoints()).at(-1), '6')
  },
)

rule(
  '6.6',
  'a checkpoint that falls due while another is being written is made up for',
  { seen: { differs: 'it is lost until something else is done' }, waits: true },
  async (server) => {
    const [group, consumer] = await delivered(server, 20, {
      checkPointLowerBound: 1,
      checkPointUpperBound: 1,
      checkPointAfter: 600_000,
    })
    for (const n of range(0, 20)) await consumer.ack(n)
    await becomes(async () => (await group.checkpoints()).at(-1), '19')
  },
)

rule(
  '6.6',
  'a message that waits to be sent again holds it back too',
  { seen: 'real', waits: true },
  async (server) => {
    const [group, consumer] = await delivered(server, 4, {
      checkPointLowerBound: 1,
      checkPointUpperBound: 1,
      checkPointAfter: 100,
    })
    await consumer.ack(0, 2, 3)
    await consumer.unsubscribe()
    await becomes(async () => (await group.checkpoints()).at(-1), '0')
    await stays(async () => (await group.checkpoints()).at(-1), '0', 1_200)
  },
)

rule(
  '6.6',
  'a checkpoint is an event whose data is the number as text; all are kept',
  { seen: 'read', since: '24.6.0' },
  async (server) => {
    const [group, consumer] = await delivered(server, 3, { checkPointLowerBound: 1, checkPointUpperBound: 1 })
    for (const n of [0, 1, 2]) {
      await consumer.ack(n)
      await becomes(() => group.checkpoints(), range(0, n + 1).map(String))
    }
    const stored = await all(server.client.readStream(`$persistentsubscription-${group.stream}::group-checkpoint`))
    expect(stored.map(({ event: one }) => [one?.type, one?.isJson])).to.deep.equal(
      [0, 1, 2].map(() => ['$SubscriptionCheckpoint', true]),
    )
  },
)

rule('6.6', 'of a group on $all it is the position', { seen: 'real' }, async (server) => {
  const [name, type] = [server.name('group'), server.name('Type')]
  const { position } = await server.client.appendToStream(server.name(), event(type))
  const group = await AllGroup.create(
    server,
    name,
    { startFrom: START, checkPointLowerBound: 1, checkPointUpperBound: 1 },
    eventTypeFilter({ prefixes: [type] }),
  )
  const consumer = group.consumer()
  await consumer.saw(type)
  await consumer.ack(0)
  const at = async () => (await group.info()).stats.lastCheckpointedEventPosition?.commit ?? 0n
  await until('a checkpoint', async () => (await at()) >= position!.commit, at)
  const stored = await all(server.client.readStream(`$persistentsubscription-$all::${name}-checkpoint`))
  expect(stored.at(-1)?.event?.data).to.match(/^C:\d+\/P:\d+$/)
})

rule(
  '6.6',
  'after a restart what was acknowledged after the checkpoint comes again, as if for the first time',
  { seen: 'watched', only: 'kills the server', waits: true },
  async (server) => {
    const own = await OwnServer.start(server)
    const groupOf = (name: string) => new Group({ client: own.client, after: () => undefined }, 'stream', name)
    await own.append('stream', many(10, 'a'))
    const outside = { client: own.client, after: () => undefined }
    await Group.create(outside, 'stream', 'loose')
    await Group.create(outside, 'stream', 'tight', { checkPointLowerBound: 1, checkPointUpperBound: 1 })
    for (const name of ['loose', 'tight']) {
      const consumer = groupOf(name).consumer()
      await consumer.saw(...range(0, 10).map(() => 'a'))
      await consumer.ack(...range(0, 5))
    }
    await becomes(async () => (await groupOf('tight').checkpoints()).at(-1), '4')
    await own.restart()
    const [loose, tight] = ['loose', 'tight'].map((name) => groupOf(name).consumer())
    await loose!.saw(...range(0, 10).map(() => 'a'))
    await tight!.saw(...range(5, 10).map(() => 'a'))
  },
)
