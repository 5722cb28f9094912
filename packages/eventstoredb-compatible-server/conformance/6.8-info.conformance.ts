import {
  END,
  eventTypeFilter,
  persistentSubscriptionToStreamSettingsFromDefaults as settings,
  START,
} from '@eventstore/db-client'
import { expect } from 'chai'
import { event, many } from './suite/appending.ts'
import { AllGroup, Group } from './suite/group.ts'
import { rule } from './suite/rule.ts'
import { becomes, refusal, until } from './suite/waiting.ts'

rule('6.8', 'info counts what was sent, is in flight, waits and is parked', { seen: 'real' }, async (server) => {
  const stream = server.name()
  await server.client.appendToStream(stream, many(10, 'a'))
  const group = await Group.create(server, stream, 'group')
  const consumer = group.consumer(4)
  await consumer.saw('a', 'a', 'a', 'a')
  await consumer.nack('park', 'x', 0)
  await consumer.saw('a', 'a', 'a', 'a', 'a')
  await group.parkedCount(1)
  const { eventSource, groupName, status, stats } = await group.info()
  expect([eventSource, groupName, status]).to.deep.equal([stream, 'group', 'Live'])
  expect([
    stats.totalItems,
    stats.totalInFlightMessages,
    stats.outstandingMessagesCount,
    stats.readBufferCount,
    stats.retryBufferCount,
    stats.parkedMessageCount,
  ]).to.deep.equal([5n, 4, 4, 5, 0, 1n])
  expect([stats.lastKnownEventRevision, stats.lastCheckpointedEventRevision]).to.deep.equal([9n, undefined])
})

rule('6.8', 'info counts since it was last asked', { seen: 'real' }, async (server) => {
  const stream = server.name()
  await server.client.appendToStream(stream, many(3, 'a'))
  const group = await Group.create(server, stream, 'group')
  await group.consumer().saw('a', 'a', 'a')
  const counts = []
  for (let n = 0; n < 2; n += 1) counts.push((await group.info()).stats.countSinceLastMeasurement)
  expect([counts[0]! <= 3n, counts[1], (await group.info()).stats.totalItems]).to.deep.equal([true, 0n, 3n])
})

rule(
  '6.8',
  'info tells of every connection: its name, its user, its window and what is in it',
  { seen: 'real' },
  async (server) => {
    const stream = server.name()
    await server.client.appendToStream(stream, many(3, 'a'))
    const group = await Group.create(server, stream, 'group')
    const named = server.another(`${server.url}${server.url.includes('?') ? '&' : '?'}connectionName=the-one`)
    await group.consumer(5, named).saw('a', 'a', 'a')
    const [connection, ...others] = (await group.info()).connections
    expect(others).to.deep.equal([])
    expect([
      connection?.connectionName,
      connection?.from,
      connection?.username,
      connection?.totalItems,
      connection?.inFlightMessages,
      connection?.availableSlots,
    ]).to.deep.equal(['the-one', '', 'system', 3n, 3, 2])
  },
)

rule(
  '6.8',
  'extraStatistics measures the time to the acknowledgement, and nothing else does',
  { seen: 'real' },
  async (server) => {
    const stream = server.name()
    await server.client.appendToStream(stream, many(3, 'a'))
    const [with_, without] = [
      await Group.create(server, stream, 'with', { extraStatistics: true }),
      await Group.create(server, stream, 'without'),
    ]
    for (const group of [with_, without]) {
      const consumer = group.consumer()
      await consumer.saw('a', 'a', 'a')
      await consumer.ack(0, 1, 2)
      await becomes(async () => (await group.info()).stats.outstandingMessagesCount, 0)
    }
    const keys = async (group: Group) =>
      [...((await group.info()).connections[0]?.extraStatistics?.keys() ?? [])].map((key) => key.toLowerCase()).sort()
    expect(await keys(with_)).to.deep.equal([
      '90%',
      '95%',
      '99%',
      '99.5%',
      '99.9%',
      'fastest',
      'highest',
      'mean',
      'median',
      'quintile 1',
      'quintile 2',
      'quintile 3',
      'quintile 4',
      'quintile 5',
    ])
    expect(await keys(without)).to.deep.equal([])
  },
)

rule('6.8', 'info says where a group on $all starts, and how far it knows', { seen: 'real' }, async (server) => {
  const type = server.name('Type')
  const { position } = await server.client.appendToStream(server.name(), event(type))
  const filter = eventTypeFilter({ prefixes: [type] })
  for (const startFrom of [START, END, position!] as const) {
    const group = await AllGroup.create(server, server.name('group'), { startFrom }, filter)
    const info = await group.info()
    expect([info.eventSource, info.settings.startFrom]).to.deep.equal(['$all', startFrom])
  }
  const group = await AllGroup.create(server, server.name('group'), { startFrom: START }, filter)
  await group.consumer().saw(type)
  expect((await group.info()).stats.lastKnownEventPosition).to.deep.equal(position)
})

rule('6.8', 'the list of all groups has those of streams and of $all', { seen: 'real' }, async (server) => {
  const [stream, name] = [server.name(), server.name('group')]
  await Group.create(server, stream, 'one')
  await Group.create(server, stream, 'other')
  await AllGroup.create(server, name, {})
  const mine = (await server.client.listAllPersistentSubscriptions()).filter(
    ({ eventSource, groupName }) => eventSource === stream || groupName === name,
  )
  expect(mine.map(({ eventSource, groupName }) => [eventSource, groupName]).sort()).to.deep.equal(
    [
      ['$all', name],
      [stream, 'one'],
      [stream, 'other'],
    ].sort(),
  )
  expect(
    (await server.client.listPersistentSubscriptionsToStream(stream)).map(({ groupName }) => groupName).sort(),
  ).to.deep.equal(['one', 'other'])
  expect((await server.client.listPersistentSubscriptionsToAll()).some(({ groupName }) => groupName === name)).to.equal(
    true,
  )
})

rule(
  '6.8',
  'the list of a stream that never had a group is missing; of one that had, empty',
  { seen: 'real' },
  async (server) => {
    const stream = server.name()
    expect(await refusal(server.client.listPersistentSubscriptionsToStream(stream))).to.deep.equal({
      type: 'persistent-subscription-does-not-exist',
      code: 5,
      streamName: stream,
      groupName: '',
    })
    await Group.create(server, stream, 'group')
    await server.client.deletePersistentSubscriptionToStream(stream, 'group')
    expect(await server.client.listPersistentSubscriptionsToStream(stream)).to.deep.equal([])
  },
)

rule(
  '6.8',
  'a restart of the subsystem drops all consumers; then unacknowledged messages come as if for the first time',
  { seen: 'watched', only: 'would disturb others' },
  async (server) => {
    const stream = server.name()
    await server.client.appendToStream(stream, many(2, 'a'))
    const group = await Group.create(server, stream, 'group', settings({ startFrom: START }))
    const consumer = group.consumer()
    await consumer.saw('a', 'a')
    await consumer.nack('retry', '', 1)
    await consumer.saw('a', 'a', 'a*1')
    await server.client.restartPersistentSubscriptionSubsystem()
    expect(await consumer.failed()).to.equal('persistent-subscription-dropped')
    await until('the group', () =>
      group.info().then(
        () => true,
        () => false,
      ),
    )
    await group.consumer().saw('a', 'a')
  },
)
