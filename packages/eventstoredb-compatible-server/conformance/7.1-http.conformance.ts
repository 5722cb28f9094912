import { expect } from 'chai'
import { event } from './suite/appending.ts'
import { Group } from './suite/group.ts'
import { OwnServer } from './suite/own-server.ts'
import { rule } from './suite/rule.ts'
import type { Server } from './suite/server.ts'
import { becomes, until } from './suite/waiting.ts'

const json = async (server: Server, path: string): Promise<unknown> => {
  const { status, headers, body: sent } = await server.http('GET', path)
  const body = sent.replaceAll('\r\n', '\n')
  expect([status, headers['content-type'], headers['access-control-allow-origin']], path).to.deep.equal([
    200,
    'application/json; charset=utf-8',
    '*',
  ])
  // Pretty-printed by two spaces.
  expect(body.startsWith('{\n  "') || body.startsWith('[\n') || body === '[]', path).to.equal(true)
  return JSON.parse(body)
}

/** The shape of a value: keys with the types of what they hold. */
const shape = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.slice(0, 1).map(shape)
    : typeof value === 'object' && value !== null
      ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shape(inner)]))
      : value === null
        ? 'null'
        : typeof value

rule('7.1', '/health/live is there for GET and HEAD, and has no body', { seen: 'real' }, async (server) => {
  for (const method of ['GET', 'HEAD']) {
    const { status, body } = await server.http(method, '/health/live')
    expect([method, status, body]).to.deep.equal([method, 204, ''])
  }
  expect((await server.http('POST', '/health/live')).status).to.equal(405)
})

rule(
  '7.1',
  '/health/live answers with the code that is asked for',
  { seen: 'read', since: '24.6.0' },
  async (server) => {
    expect((await server.http('GET', '/health/live?liveCode=200')).status).to.equal(200)
  },
)

rule('7.1', '/info tells version, state and features', { seen: 'real' }, async (server) => {
  const info = (await json(server, '/info')) as { esVersion: string; features: object }
  expect(info).to.deep.include({ state: 'leader', authentication: { type: 'insecure', properties: null } })
  expect(info.esVersion).to.match(/^\d+\.\d+\.\d+/)
  expect(shape(info.features)).to.deep.equal({ projections: 'boolean', userManagement: 'boolean', atomPub: 'boolean' })
})

rule('7.1', '/info/options lists the options', { seen: 'real' }, async (server) => {
  const [first] = (await json(server, '/info/options')) as object[]
  expect(Object.keys(first ?? {}).sort()).to.deep.equal(['description', 'group', 'name', 'possibleValues', 'value'])
})

rule('7.1', '/gossip tells of one living leader', { seen: 'real' }, async (server) => {
  const gossip = (await json(server, '/gossip')) as { members: Record<string, unknown>[]; serverPort: number }
  const [member, ...others] = gossip.members
  expect([
    others,
    member?.['state'],
    member?.['isAlive'],
    member?.['httpEndPointPort'],
    gossip.serverPort,
  ]).to.deep.equal([[], 'Leader', true, server.port, server.port])
  expect(member).to.include.all.keys(
    'instanceId',
    'timeStamp',
    'internalTcpIp',
    'internalTcpPort',
    'internalSecureTcpPort',
    'externalTcpIp',
    'externalTcpPort',
    'externalSecureTcpPort',
    'httpEndPointIp',
    'lastCommitPosition',
    'writerCheckpoint',
    'chaserCheckpoint',
    'epochPosition',
    'epochNumber',
    'epochId',
    'nodePriority',
    'isReadOnlyReplica',
    'esVersion',
  )
})

rule('7.1', '/ping answers', { seen: 'real' }, async (server) => {
  expect(await json(server, '/ping')).to.deep.include({ text: 'Ping request successfully handled', label: 'Http' })
})

rule(
  '7.1',
  '/stats has the process, the system and the store; its parts have paths of their own',
  { seen: 'watched' },
  async (server) => {
    const stats = (await json(server, '/stats')) as Record<'proc' | 'sys' | 'es', Record<string, unknown>>
    expect(stats.proc).to.include.all.keys(
      'startTime',
      'id',
      'mem',
      'cpu',
      'threadsCount',
      'contentionsRate',
      'thrownExceptionsRate',
      'gc',
      'diskIo',
      'tcp',
    )
    expect(stats.sys).to.include.all.keys('loadavg', 'freeMem', 'totalMem')
    expect(stats.es).to.include.all.keys('checksum', 'checksumNonFlushed', 'queue', 'cache', 'writer', 'readIndex')
    for (const [name, queue] of Object.entries(stats.es['queue'] as Record<string, Record<string, unknown>>)) {
      // The key in camel case, the name as it is.
      expect([name.charAt(0), String(queue['queueName']).toLowerCase()]).to.deep.equal([
        name.charAt(0).toLowerCase(),
        name.toLowerCase(),
      ])
      expect(queue).to.include.all.keys(
        'groupName',
        'avgItemsPerSecond',
        'avgProcessingTime',
        'currentIdleTime',
        'currentItemProcessingTime',
        'idleTimePercent',
        'length',
        'lengthCurrentTryPeak',
        'lengthLifetimePeak',
        'totalItemsProcessed',
        'inProgressMessage',
        'lastProcessedMessage',
      )
    }
    expect(Object.keys(stats.es['queue'] as object)).to.include('storageWriterQueue')
    expect(await json(server, '/stats/proc')).to.be.an('object')
  },
)

rule(
  '7.1',
  '/metrics is text for Prometheus',
  { seen: { onlyHere: 'did not hold there; what it answered was not noted' } },
  async (server) => {
    const { status, headers, body } = await server.http('GET', '/metrics')
    expect([status, headers['content-type']?.startsWith('text/plain')]).to.deep.equal([200, true])
    expect(body).to.match(/^# TYPE \w+ (gauge|counter|histogram|summary)$/m)
    expect(body).to.match(/^\w+(\{[^}]*\})? [-\d.eE+]+/m)
  },
)

rule(
  '7.1',
  'OPTIONS is welcome, HEAD is not, and what is not there is 404 without a body',
  { seen: 'real' },
  async (server) => {
    const statuses = await Promise.all(
      [
        ['OPTIONS', '/info'],
        ['HEAD', '/info'],
        ['GET', '/nothing'],
        ['GET', '/streams/x'],
      ].map(([method, path]) => server.http(method!, path!)),
    )
    expect(statuses.map(({ status, body }) => [status, body.length])).to.deep.equal([
      [200, 0],
      [405, 0],
      [404, 0],
      [404, 0],
    ])
  },
)

rule('7.1', 'what there is of groups is there for GET, and OPTIONS says so', { seen: 'watched' }, async (server) => {
  const stream = server.name()
  await Group.create(server, stream, 'group')
  for (const path of ['/subscriptions', `/subscriptions/${stream}`, `/subscriptions/${stream}/group/info`]) {
    expect([path, (await server.http('HEAD', path)).status, (await server.http('OPTIONS', path)).status]).to.deep.equal(
      [path, 405, 200],
    )
  }
  expect((await server.http('OPTIONS', `/subscriptions/${stream}/group/nothing`)).status).to.equal(200)
})

rule('7.1', '/ and /web lead to the page of the interface', { seen: 'real' }, async (server) => {
  for (const path of ['/', '/web']) {
    const { status, headers } = await server.http('GET', path)
    expect([status, headers.location]).to.satisfy(
      ([code, location]: [number, string | undefined]) =>
        code === 302 && location?.endsWith('/web/index.html') === true,
    )
  }
})

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
