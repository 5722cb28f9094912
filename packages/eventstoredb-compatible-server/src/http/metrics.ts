import type { GroupInfo } from '../persistent-subscriptions/info.ts'
import type { ServerView } from './server-view.ts'

type Sample = { readonly labels: Readonly<Record<string, string>>; readonly value: number }
type Family = { readonly name: string; readonly type: 'gauge' | 'counter'; readonly samples: readonly Sample[] }

/** `/metrics`: Prometheus text, under the real server's names where it has them. */
export const metricsOf = async (server: ServerView): Promise<string> =>
  [
    ...nodeFamilies(server),
    ...projectionFamilies(server),
    ...groupFamilies(await server.persistentSubscriptions.infos()),
  ]
    .filter(({ samples }) => samples.length > 0)
    .map(textOf)
    .join('\n')

const textOf = ({ name, type, samples }: Family): string =>
  [`# TYPE ${name} ${type}`, ...samples.map(({ labels, value }) => `${name}${labelText(labels)} ${value}`), ''].join(
    '\n',
  )

const labelText = (labels: Sample['labels']): string => {
  const pairs = Object.entries(labels).map(
    ([key, value]) => `${key}="${value.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n')}"`,
  )
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

const one = (name: string, type: Family['type'], value: number, labels: Sample['labels'] = {}): Family => ({
  name,
  type,
  samples: [{ labels, value }],
})

const nodeFamilies = (server: ServerView): readonly Family[] => [
  one('eventstore_statuses', 'gauge', 1, { name: 'Node', status: 'Leader' }),
  one('eventstore_checkpoints', 'gauge', Number(server.head() + 1n), { name: 'writer', read: 'flushed' }),
  one('eventstore_proc_up_time', 'counter', process.uptime(), { pid: String(process.pid) }),
  one('eventstore_proc_mem_bytes', 'gauge', process.memoryUsage.rss(), { kind: 'working-set' }),
  one('eventstore_kestrel_connections', 'gauge', server.connections()),
  one('eventstore_current_incoming_grpc_calls', 'gauge', server.openCalls()),
]

const projectionFamilies = (server: ServerView): readonly Family[] => {
  const projections = server.projections()
  const each = (name: string, type: Family['type'], value: (info: (typeof projections)[number]) => number): Family => ({
    name,
    type,
    samples: projections.map((info) => ({ labels: { projection: info.name }, value: value(info) })),
  })
  const status = projections.flatMap(({ name, running }) =>
    ['Running', 'Faulted', 'Stopped'].map((text) => ({
      labels: { projection: name, status: text },
      value: text === (running ? 'Running' : 'Stopped') ? 1 : 0,
    })),
  )
  return [
    each(
      'eventstore_projection_events_processed_after_restart_total',
      'counter',
      ({ processedSinceStart }) => processedSinceStart,
    ),
    each('eventstore_projection_progress', 'gauge', ({ progress }) => progress / 100),
    each('eventstore_projection_running', 'gauge', ({ running }) => (running ? 1 : 0)),
    { name: 'eventstore_projection_status', type: 'gauge', samples: status },
  ]
}

const ALL = '$all'

const labelsOf = (info: GroupInfo): Sample['labels'] => ({
  event_stream_id: info.eventSource,
  group_name: info.groupName,
})

/** By who asked for it, the consumer or the number of tries. */
const parkRequests = (infos: readonly GroupInfo[]): Family => ({
  name: 'eventstore_persistent_sub_park_message_requests',
  type: 'counter',
  samples: infos.flatMap((info) => [
    { labels: { ...labelsOf(info), reason: 'client-nak' }, value: info.parkedDueToClientNak },
    { labels: { ...labelsOf(info), reason: 'max-retries' }, value: info.parkedDueToMaxRetries },
  ]),
})

const groupFamilies = (infos: readonly GroupInfo[]): readonly Family[] => {
  const each = (name: string, type: Family['type'], value: (info: GroupInfo) => number | undefined): Family => ({
    name: `eventstore_persistent_sub_${name}`,
    type,
    samples: infos.flatMap((info) => {
      const found = value(info)
      return found === undefined ? [] : [{ labels: labelsOf(info), value: found }]
    }),
  })
  const number = (info: GroupInfo, place: string): number | undefined =>
    info.eventSource === ALL || place === '' ? undefined : Number(place)
  const commit = (info: GroupInfo, place: string): number | undefined =>
    info.eventSource === ALL && place !== '' ? Number(/^C:(\d+)/.exec(place)?.[1]) : undefined
  return [
    each('connections', 'gauge', ({ connections }) => connections.length),
    each('parked_messages', 'gauge', ({ parkedMessageCount }) => Number(parkedMessageCount)),
    each('in_flight_messages', 'gauge', ({ totalInFlightMessages }) => totalInFlightMessages),
    each('oldest_parked_message_seconds', 'gauge', ({ oldestParkedSeconds }) => oldestParkedSeconds),
    parkRequests(infos),
    each('parked_message_replays', 'counter', ({ parkedMessageReplays }) => parkedMessageReplays),
    each('items_processed', 'counter', ({ totalItems }) => totalItems),
    each('last_known_event_number', 'counter', (info) => number(info, info.lastKnownEventPosition)),
    each('last_known_event_commit_position', 'counter', (info) => commit(info, info.lastKnownEventPosition)),
    each('checkpointed_event_number', 'counter', (info) => number(info, info.lastCheckpointedEventPosition)),
    each('checkpointed_event_commit_position', 'counter', (info) => commit(info, info.lastCheckpointedEventPosition)),
  ]
}
