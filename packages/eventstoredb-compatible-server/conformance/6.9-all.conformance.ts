import { END, eventTypeFilter, excludeSystemEvents, START, streamNameFilter } from '@eventstore/db-client'
import { expect } from 'chai'
import { event, linkTo } from './suite/appending.ts'
import { AllGroup, Group } from './suite/group.ts'
import { rule } from './suite/rule.ts'
import { becomes, until } from './suite/waiting.ts'

rule('6.9', 'a group on $all begins at its position, with the event there', { seen: 'real' }, async (server) => {
  const type = server.name('Type')
  const positions = []
  for (let n = 0; n < 3; n += 1)
    positions.push((await server.client.appendToStream(server.name(), event(`${type}-${n}`))).position!)
  const group = await AllGroup.create(
    server,
    server.name('group'),
    { startFrom: positions[1]! },
    eventTypeFilter({ prefixes: [type] }),
  )
  await group.consumer().saw(`${type}-1`, `${type}-2`)
})

rule(
  '6.9',
  'filters by type and by name, by prefix and pattern, hold for history and live',
  { seen: 'real' },
  async (server) => {
    const [type, stream] = [server.name('Type'), server.name()]
    const write = async () => {
      await server.client.appendToStream(stream, event(type))
      await server.client.appendToStream(server.name(), event(`${type}-x`))
      await server.client.appendToStream(server.name(), event('Other'))
    }
    await write()
    const expected = [
      [eventTypeFilter({ prefixes: [type] }), [type, `${type}-x`]],
      [eventTypeFilter({ regex: `${type}$` }), [type]],
      [streamNameFilter({ prefixes: [stream] }), [type]],
      [streamNameFilter({ regex: `^${stream}$` }), [type]],
    ] as const
    const consumers = []
    for (const [filter] of expected)
      consumers.push(
        await (await AllGroup.create(server, server.name('group'), { startFrom: START }, filter)).consumer().ready(),
      )
    for (const [n, [, once]] of expected.entries()) await consumers[n]!.saw(...once)
    await write()
    for (const [n, [, once]] of expected.entries()) await consumers[n]!.saw(...once, ...once)
  },
)

rule(
  '6.9',
  'without a filter a group sees system events as well, but nothing of groups on $all',
  { seen: 'real' },
  async (server) => {
    const { client } = server
    const [stream, name] = [server.name(), server.name('group')]
    const { position } = await client.appendToStream(stream, event('a'))
    const group = await AllGroup.create(server, name, {
      startFrom: position!,
      checkPointLowerBound: 1,
      checkPointUpperBound: 1,
    })
    const consumer = group.consumer(50)
    await until('the first', () => consumer.deliveries.length > 0)
    await consumer.nack('park', 'x', 0)
    await becomes(async () => (await group.parked()).length, 1)
    await client.setStreamMetadata(stream, { a: 1 })
    await client.tombstoneStream(stream)
    await client.appendToStream(server.name(), event('last'))
    await until(
      'the last',
      () => consumer.seen.includes('last'),
      () => consumer.seen,
    )
    const mine = consumer.deliveries
      .map(({ event: one }) => one)
      .filter((one) => one?.streamId.includes(stream) === true || one?.type === '$PersistentConfig')
    expect(mine.map((one) => one?.type)).to.deep.equal(['a', '$PersistentConfig', '$metadata', '$streamDeleted'])
    expect(
      consumer.deliveries.filter(({ event: one }) => one?.streamId.startsWith('$persistentsubscription-$all') === true),
    ).to.deep.equal([])
  },
)

rule(
  '6.9',
  'excludeSystemEvents leaves out checkpoints and parked messages of groups on streams too',
  { seen: 'read', since: '24.6.0' },
  async (server) => {
    const stream = server.name()
    const { position } = await server.client.appendToStream(stream, event('a'))
    const inner = await Group.create(server, stream, 'group', { checkPointLowerBound: 1, checkPointUpperBound: 1 })
    const parking = inner.consumer()
    await parking.saw('a')
    await parking.nack('park', 'x', 0)
    await becomes(() => inner.checkpoints(), ['0'])
    await server.client.appendToStream(server.name(), event('last'))
    const group = await AllGroup.create(server, server.name('group'), { startFrom: position! }, excludeSystemEvents())
    await group.consumer().saw('a', 'last')
  },
)

rule(
  '6.9',
  'parked messages of a group on $all have the number that the event has in its stream',
  { seen: 'real' },
  async (server) => {
    const [stream, type] = [server.name(), server.name('Type')]
    await server.client.appendToStream(stream, [event('x'), event('x'), event('x'), event(type)])
    const group = await AllGroup.create(
      server,
      server.name('group'),
      { startFrom: START },
      eventTypeFilter({ prefixes: [type] }),
    )
    const consumer = group.consumer()
    await consumer.saw(type)
    await consumer.nack('park', 'x', 0)
    await becomes(async () => (await group.parked()).length, 1)
    const [parked] = await group.parked()
    expect([
      Buffer.from(parked?.data as Uint8Array).toString(),
      (parked?.metadata as { subscriptionEventNumber: unknown }).subscriptionEventNumber,
    ]).to.deep.equal([`3@${stream}`, 3])
  },
)

rule(
  '6.9',
  'resolved links: the filter looks at the target live, at the link in history',
  { seen: 'real' },
  async (server) => {
    const [stream, links, type] = [server.name(), server.name('links'), server.name('Type')]
    await server.client.appendToStream(stream, event(type))
    await server.client.appendToStream(links, linkTo(`0@${stream}`))
    const group = await AllGroup.create(
      server,
      server.name('group'),
      { startFrom: START, resolveLinkTos: true },
      eventTypeFilter({ prefixes: [type] }),
    )
    const consumer = group.consumer()
    await consumer.saw(type)
    await becomes(async () => (await group.info()).status, 'Live')
    await server.client.appendToStream(links, linkTo(`0@${stream}`))
    await consumer.saw(type, type)
    expect(consumer.deliveries.map(({ link }) => link?.streamId)).to.deep.equal([undefined, links])
  },
)

rule('6.9', 'replays parked messages of a group on $all', { seen: 'real' }, async (server) => {
  const [name, type] = [server.name('group'), server.name('Type')]
  const group = await AllGroup.create(server, name, { startFrom: END }, eventTypeFilter({ prefixes: [type] }))
  const consumer = await group.consumer().ready()
  await server.client.appendToStream(server.name(), event(type))
  await consumer.saw(type)
  await consumer.nack('park', 'x', 0)
  await becomes(async () => (await group.info()).stats.parkedMessageCount, 1n)
  await server.client.replayParkedMessagesToAll(name)
  await consumer.saw(type, type)
})

rule(
  '6.9',
  'a group may start between two events',
  { seen: { differs: 'every consumer is confirmed and dropped at once, for ever' } },
  async (server) => {
    const type = server.name('Type')
    const { position } = await server.client.appendToStream(server.name(), event(type))
    await server.client.appendToStream(server.name(), event(`${type}-2`))
    const startFrom = { commit: position!.commit + 1n, prepare: position!.commit + 1n }
    await (
      await AllGroup.create(server, server.name('group'), { startFrom }, eventTypeFilter({ prefixes: [type] }))
    )
      .consumer()
      .saw(`${type}-2`)
  },
)
