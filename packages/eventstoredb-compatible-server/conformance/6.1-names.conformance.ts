import { eventTypeFilter, START } from '@eventstore/db-client'
import { expect } from 'chai'
import { event } from './suite/appending.ts'
import { AllGroup, Group } from './suite/group.ts'
import { RawConsumer } from './suite/raw-consumer.ts'
import { OwnServer } from './suite/own-server.ts'
import { rule } from './suite/rule.ts'
import type { Server } from './suite/server.ts'
import { all, becomes } from './suite/waiting.ts'

type Entry = { stream: string; group: string; filter?: unknown }

const stored = async (server: Server) =>
  (
    await all(
      server.client.readStream('$persistentSubscriptionConfig', {
        direction: 'backwards',
        fromRevision: 'end',
        maxCount: 1,
      }),
    )
  )[0]?.event
const entries = async (server: Server): Promise<Entry[]> =>
  ((await stored(server))?.data as { entries: Entry[] }).entries

rule('6.1', 'the confirmation names stream and group, with two colons between', { seen: 'real' }, async (server) => {
  const stream = server.name()
  await Group.create(server, stream, 'group')
  const consumer = new RawConsumer(server, { stream, group: 'group' })
  await consumer.confirmed()
  expect(consumer.subscriptionId).to.equal(`${stream}::group`)
})

rule(
  '6.1',
  'groups are stored as one event for all of them, when the answer comes',
  { seen: 'real' },
  async (server) => {
    const [stream, name] = [server.name(), server.name('group')]
    await Group.create(server, stream, 'group')
    await AllGroup.create(server, name, { startFrom: START }, eventTypeFilter({ prefixes: ['a', 'b'] }))
    const config = await stored(server)
    expect([config?.type, (config?.data as { version: unknown }).version]).to.deep.equal(['$PersistentConfig', '2'])
    const mine = (await entries(server)).filter((entry) => entry.group === name || entry.stream === stream)
    expect(mine.map((entry) => [entry.stream, entry.group])).to.deep.equal([
      [stream, 'group'],
      ['$all', name],
    ])
    await server.client.deletePersistentSubscriptionToStream(stream, 'group')
    expect((await entries(server)).filter((entry) => entry.stream === stream)).to.deep.equal([])
  },
)

rule(
  '6.1',
  'of a group its settings, start and filter are stored, and nothing that is as nothing',
  { seen: 'watched' },
  async (server) => {
    const [stream, name] = [server.name(), server.name('group')]
    await Group.create(server, stream, 'group', { startFrom: 5n, extraStatistics: true, maxSubscriberCount: 3 })
    await AllGroup.create(server, name, { startFrom: START }, eventTypeFilter({ prefixes: ['a', 'b'] }))
    const settings = {
      messageTimeout: 30_000,
      maxRetryCount: 10,
      checkPointAfter: 2_000,
      minCheckPointCount: 10,
      maxCheckPointCount: 1_000,
      liveBufferSize: 500,
      readBatchSize: 20,
      historyBufferSize: 500,
      namedConsumerStrategy: 'RoundRobin',
    }
    const found = await entries(server)
    const [one, other] = [found.find((entry) => entry.stream === stream), found.find((entry) => entry.group === name)]
    expect(one).to.deep.include({
      ...settings,
      startFrom: 5,
      startPosition: '5',
      extraStatistics: true,
      maxSubscriberCount: 3,
    })
    expect(one).to.have.all.keys(
      'stream',
      'group',
      'startFrom',
      'startPosition',
      'extraStatistics',
      'maxSubscriberCount',
      ...Object.keys(settings),
    )
    expect(other).to.deep.include({ ...settings, startFrom: -(2 ** 63), startPosition: 'C:0/P:0' })
    expect(other?.filter).to.deep.equal({ context: 'eventtype', type: 'prefix', data: 'a,b', isAllStream: true })
  },
)

rule('6.1', 'only the last two of these events are kept', { seen: 'real' }, async (server) => {
  for (let n = 0; n < 3; n += 1) await Group.create(server, server.name(), 'group')
  expect((await all(server.client.readStream('$persistentSubscriptionConfig'))).length).to.equal(2)
})

rule(
  '6.1',
  'checkpoints and parked messages have streams named after the group',
  { seen: 'real', waits: true },
  async (server) => {
    const stream = server.name()
    const group = await Group.create(server, stream, 'group', { checkPointLowerBound: 1, checkPointUpperBound: 1 })
    await server.client.appendToStream(stream, event('a'))
    const consumer = group.consumer()
    await consumer.saw('a')
    await consumer.nack('park', 'because', 0)
    await group.parkedCount(1)
    expect((await group.parked()).map(({ type }) => type)).to.deep.equal(['$>'])
    await becomes(() => group.checkpoints(), ['0'])
  },
)

rule(
  '6.1',
  'groups are there after a restart, with their settings and filters',
  { seen: 'read', only: 'kills the server', waits: true },
  async (server) => {
    const own = await OwnServer.start(server)
    const before = { client: own.client, after: () => undefined }
    await Group.create(before, 'stream', 'group', { startFrom: 3n, maxRetryCount: 7, extraStatistics: true })
    await AllGroup.create(before, 'all', { startFrom: START }, eventTypeFilter({ prefixes: ['a', 'c'] }))
    const infos = async () => [
      (await own.client.getPersistentSubscriptionToStreamInfo('stream', 'group')).settings,
      (await own.client.getPersistentSubscriptionToAllInfo('all')).settings,
    ]
    const first = await infos()
    await own.restart()
    expect(await infos()).to.deep.equal(first)
    expect((await infos())[0]).to.include({ startFrom: 3n })
    for (const type of ['a', 'b', 'c']) await own.append(server.name(), event(type))
    const consumer = new AllGroup({ client: own.client, after: () => undefined }, 'all').consumer()
    await consumer.saw('a', 'c')
  },
)

rule(
  '6.1',
  'a prefix with a comma in it is still one after a restart',
  { seen: { onlyHere: 'by the sources of the real server it is two then' }, waits: true },
  async (server) => {
    const own = await OwnServer.start(server)
    await AllGroup.create(
      { client: own.client, after: () => undefined },
      'all',
      { startFrom: START },
      eventTypeFilter({ prefixes: ['a,b', 'c'] }),
    )
    await own.restart()
    for (const type of ['a', 'a,b', 'b', 'c']) await own.append(server.name(), event(type))
    const consumer = new AllGroup({ client: own.client, after: () => undefined }, 'all').consumer()
    await consumer.saw('a,b', 'c')
  },
)
