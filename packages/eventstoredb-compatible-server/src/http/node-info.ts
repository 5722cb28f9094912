import type { ServerView } from './server-view.ts'

/** `/info` */
export const infoOf = ({ version }: ServerView): unknown => ({
  esVersion: version,
  state: 'leader',
  features: { projections: true, userManagement: false, atomPub: false },
  authentication: { type: 'insecure', properties: null },
})

/** `/info/options`: those that this server has, under their names at the real one. */
export const optionsOf = (server: ServerView): unknown => {
  const { data, maxAppendSize, prepareTimeoutMs, commitTimeoutMs, startStandardProjections } = server.options
  const option = (name: string, group: string, description: string, value: unknown): unknown => ({
    name,
    description,
    group,
    value: String(value),
    possibleValues: null,
  })
  return [
    option('Insecure', 'Application Options', 'Disable authentication, authorization and TLS.', true),
    option('MaxAppendSize', 'Application Options', 'The maximum size of appends, in bytes.', maxAppendSize),
    option('Db', 'Database Options', 'Where the data is kept.', data),
    option('MemDb', 'Database Options', 'Keep everything in memory.', data === 'memory'),
    option(
      'PrepareTimeoutMs',
      'Database Options',
      'How long a write may take to be prepared, in milliseconds.',
      prepareTimeoutMs,
    ),
    option(
      'CommitTimeoutMs',
      'Database Options',
      'How long a write may take to be committed, in milliseconds.',
      commitTimeoutMs,
    ),
    option('NodeIp', 'Interface Options', 'The address to listen on.', server.host),
    option('NodePort', 'Interface Options', 'The port for HTTP and gRPC.', server.port()),
    option('EnableAtomPubOverHttp', 'Interface Options', 'Enable AtomPub over HTTP.', false),
    option('RunProjections', 'Projection Options', 'Which projections can be run.', 'System'),
    option(
      'StartStandardProjections',
      'Projection Options',
      'Start the built-in projections.',
      startStandardProjections,
    ),
  ]
}

/** `/gossip`: the only member. */
export const gossipOf = (server: ServerView): unknown => {
  const { instanceId, host, version } = server
  const port = server.port()
  // A log that is empty has its writer at the beginning.
  const checkpoint = Number(server.head() + 1n)
  return {
    members: [
      {
        instanceId,
        timeStamp: new Date().toISOString().replace('Z', '0000Z'),
        state: 'Leader',
        isAlive: true,
        internalTcpIp: host,
        internalTcpPort: 0,
        internalSecureTcpPort: 0,
        externalTcpIp: host,
        externalTcpPort: 0,
        externalSecureTcpPort: 0,
        httpEndPointIp: host,
        httpEndPointPort: port,
        lastCommitPosition: Number(server.head()),
        writerCheckpoint: checkpoint,
        chaserCheckpoint: checkpoint,
        epochPosition: 0,
        epochNumber: 0,
        epochId: instanceId,
        nodePriority: 0,
        isReadOnlyReplica: false,
        esVersion: version,
      },
    ],
    serverIp: host,
    serverPort: port,
  }
}

/** `/ping` */
export const PONG = { text: 'Ping request successfully handled', msgTypeId: 123, label: 'Http' }
