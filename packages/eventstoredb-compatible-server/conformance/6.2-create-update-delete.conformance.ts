import {
  END,
  eventTypeFilter,
  persistentSubscriptionToAllSettingsFromDefaults as allSettings,
  persistentSubscriptionToStreamSettingsFromDefaults as settings,
  START,
} from '@eventstore/db-client'
import { expect } from 'chai'
import { event, many } from './suite/appending.ts'
import { AllGroup, Group } from './suite/group.ts'
import { RawConsumer } from './suite/raw-consumer.ts'
import { rule } from './suite/rule.ts'
import { apart, becomes, refusal, refusalType } from './suite/waiting.ts'

const FAILED = 'persistent-subscription-failed'

rule('6.2', 'the settings come back as they were given', { seen: 'real' }, async (server) => {
  const given = settings({
    startFrom: 5n,
    resolveLinkTos: true,
    extraStatistics: true,
    messageTimeout: 12_345,
    maxRetryCount: 3,
    checkPointAfter: 777,
    checkPointLowerBound: 2,
    checkPointUpperBound: 9,
    maxSubscriberCount: 4,
    liveBufferSize: 50,
    readBatchSize: 10,
    historyBufferSize: 60,
    consumerStrategyName: 'Pinned',
  })
  const group = await Group.create(server, server.name(), 'group', given)
  expect((await group.info()).settings).to.deep.equal(given)
  const defaults = await Group.create(server, server.name(), 'group', { startFrom: END })
  expect((await defaults.info()).settings).to.deep.equal(settings())
})

rule('6.2', 'readBatchSize must be below historyBufferSize', { seen: 'real' }, async (server) => {
  const stream = server.name()
  const reason =
    "Specified argument was out of the range of valid values. (Parameter 'ReadBatchSize may not be greater than or equal to BufferSize')"
  for (const readBatchSize of [20, 21]) {
    const error = await refusal(
      server.client.createPersistentSubscriptionToStream(
        stream,
        'group',
        settings({ readBatchSize, historyBufferSize: 20 }),
      ),
    )
    expect(error).to.deep.include({ type: FAILED, reason })
  }
})

rule('6.2', 'a start beyond the head of $all fails', { seen: 'real' }, async (server) => {
  const beyond = { commit: 1n << 60n, prepare: 1n << 60n }
  expect(
    await refusal(server.client.createPersistentSubscriptionToAll(server.name(), allSettings({ startFrom: beyond }))),
  ).to.deep.include({
    type: FAILED,
    reason:
      'Invalid Start From position: commit position must be less than or equal to the last commit position in the transaction file.',
  })
})

rule(
  '6.2',
  '$all as an ordinary stream, no stream at all, and a prepare above the commit fail too',
  { seen: { onlyHere: 'these are unknown errors, or never answered' } },
  async (server) => {
    const { client } = server
    const { position } = await client.appendToStream(server.name(), event())
    const startFrom = { commit: position!.commit, prepare: position!.commit + 1n }
    for (const attempt of [
      () => client.createPersistentSubscriptionToStream('$all', server.name(), settings()),
      () => client.createPersistentSubscriptionToStream('', 'group', settings()),
      () => client.createPersistentSubscriptionToAll(server.name(), allSettings({ startFrom })),
    ])
      expect(await refusalType(attempt())).to.equal(FAILED)
  },
)

rule('6.2', 'the stream need not be there', { seen: 'watched' }, async (server) => {
  const stream = server.name()
  const group = await Group.create(server, stream, 'group')
  const consumer = await group.consumer().ready()
  await server.client.appendToStream(stream, event('a'))
  await consumer.saw('a')
})

rule(
  '6.2',
  'a group without a name can be created, and consuming it is an unknown error',
  { seen: 'watched' },
  async (server) => {
    const stream = server.name()
    await Group.create(server, stream, '')
    // Left behind, it breaks the list of groups over HTTP on the real server.
    server.after(() => server.client.deletePersistentSubscriptionToStream(stream, ''))
    const consumer = new RawConsumer(server, { stream, group: '' })
    expect(await consumer.failed()).to.have.property('code', 2)
  },
)

rule(
  '6.2',
  'a group without a name does no harm to the list over HTTP',
  { seen: { differs: 'as long as it is there the list fails' } },
  async (server) => {
    const stream = server.name()
    await Group.create(server, stream, '')
    server.after(() => server.client.deletePersistentSubscriptionToStream(stream, ''))
    const { status, body } = await server.http('GET', '/subscriptions')
    const names = (JSON.parse(body) as { eventStreamId: string; groupName: string }[]).filter(
      ({ eventStreamId }) => eventStreamId === stream,
    )
    expect([status, names.map(({ groupName }) => groupName)]).to.deep.equal([200, ['']])
  },
)

rule(
  '6.2',
  'what is there cannot be created, what is missing neither updated nor deleted, on $all either',
  { seen: 'real' },
  async (server) => {
    const { client } = server
    const name = server.name('group')
    await AllGroup.create(server, name, {})
    expect(await refusalType(client.createPersistentSubscriptionToAll(name, allSettings()))).to.equal(
      'persistent-subscription-exists',
    )
    await client.deletePersistentSubscriptionToAll(name)
    expect(await refusalType(client.updatePersistentSubscriptionToAll(name, allSettings()))).to.equal(
      'persistent-subscription-does-not-exist',
    )
    expect(await refusalType(client.deletePersistentSubscriptionToAll(name))).to.equal(
      'persistent-subscription-does-not-exist',
    )
  },
)

rule('6.2', 'a message timeout of nothing is over at every tick', { seen: 'real', waits: true }, async (server) => {
  const stream = server.name()
  await server.client.appendToStream(stream, event('a'))
  const group = await Group.create(server, stream, 'group', { messageTimeout: 0 })
  await group.consumer().saw('a', 'a*1', 'a*2')
})

rule(
  '6.2',
  'an update drops the consumers, who then get what was not acknowledged, as if for the first time',
  { seen: 'real', waits: true },
  async (server) => {
    const stream = server.name()
    await server.client.appendToStream(
      stream,
      ['a', 'b', 'c'].map((type) => event(type)),
    )
    const group = await Group.create(server, stream, 'group', { checkPointLowerBound: 1, checkPointUpperBound: 1 })
    const first = group.consumer()
    await first.saw('a', 'b', 'c')
    await first.nack('retry', '', 1)
    await first.saw('a', 'b', 'c', 'b*1')
    await first.ack(0)
    await becomes(() => group.checkpoints(), ['0'])
    await group.update({ maxRetryCount: 5, startFrom: END })
    expect(await first.failed()).to.equal('persistent-subscription-dropped')
    expect((await group.info()).settings.maxRetryCount).to.equal(5)
    await group.consumer().saw('b', 'c')
  },
)

rule('6.2', 'an update keeps the filter', { seen: 'real' }, async (server) => {
  const [name, type] = [server.name('group'), server.name('Type')]
  const group = await AllGroup.create(server, name, { startFrom: START }, eventTypeFilter({ prefixes: [type] }))
  await group.update({ startFrom: START, maxRetryCount: 2 })
  await server.client.appendToStream(server.name(), [event('Other'), event(type)])
  await group.consumer().saw(type)
})

rule(
  '6.2',
  'a group that is deleted drops its consumers, and begins afresh when it is created again',
  { seen: 'watched', waits: true },
  async (server) => {
    const stream = server.name()
    await server.client.appendToStream(stream, many(2, 'a'))
    const group = await Group.create(server, stream, 'group', { checkPointLowerBound: 1, checkPointUpperBound: 1 })
    const consumer = group.consumer()
    await consumer.saw('a', 'a')
    await consumer.ack(0)
    await apart()
    await consumer.nack('park', '', 1)
    await group.parkedCount(1)
    await becomes(async () => (await group.checkpoints()).at(-1), '1')
    await server.client.deletePersistentSubscriptionToStream(stream, 'group')
    expect(await consumer.failed()).to.equal('persistent-subscription-dropped')
    expect([await group.checkpoints(), await group.parked()]).to.deep.equal([[], []])
    const again = await Group.create(server, stream, 'group')
    await again.consumer().saw('a', 'a')
    expect((await again.info()).stats.parkedMessageCount).to.equal(0n)
  },
)
