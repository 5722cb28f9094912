import { expect } from 'chai'
import { Group } from './suite/group.ts'
import { json } from './suite/http-json.ts'
import { rule } from './suite/rule.ts'

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
