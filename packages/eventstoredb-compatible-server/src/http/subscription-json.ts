import type { ConnectionInfo, GroupInfo } from '../persistent-subscriptions/info.ts'

const ALL = '$all'

/** A number where the place is a revision; a place in `$all` is a text, and has no number. */
const numberOf = ({ eventSource }: GroupInfo, place: string): number =>
  eventSource === ALL || place === '' ? -1 : Number(place)

const pathOf = ({ eventSource, groupName }: GroupInfo): string =>
  `${encodeURIComponent(eventSource)}/${encodeURIComponent(groupName)}`

const parkedStreamOf = ({ eventSource, groupName }: GroupInfo): string =>
  `$persistentsubscription-${eventSource}::${groupName}-parked`

const shared = (info: GroupInfo, base: string): Readonly<Record<string, unknown>> => ({
  eventStreamId: info.eventSource,
  groupName: info.groupName,
  parkedMessageUri: `${base}/streams/${encodeURIComponent(parkedStreamOf(info))}`,
  getMessagesUri: `${base}/subscriptions/${pathOf(info)}/${info.settings.readBatchSize}`,
  status: info.status,
  averageItemsPerSecond: info.averagePerSecond,
  totalItemsProcessed: info.totalItems,
  lastProcessedEventNumber: numberOf(info, info.lastCheckpointedEventPosition),
  lastCheckpointedEventPosition: info.lastCheckpointedEventPosition || null,
  lastKnownEventNumber: numberOf(info, info.lastKnownEventPosition),
  lastKnownEventPosition: info.lastKnownEventPosition || null,
})

/** A group in a list. */
export const summaryOf = (info: GroupInfo, base: string): unknown => ({
  links: [{ href: `${base}/subscriptions/${pathOf(info)}/info`, rel: 'detail' }],
  ...shared(info, base),
  connectionCount: info.connections.length,
  totalInFlightMessages: info.totalInFlightMessages,
})

/** All there is to know of a group. */
export const detailOf = (info: GroupInfo, base: string): unknown => ({
  links: [
    { href: `${base}/subscriptions/${pathOf(info)}/info`, rel: 'detail' },
    { href: `${base}/subscriptions/${pathOf(info)}/replayParked`, rel: 'replayParked' },
  ],
  config: {
    resolveLinktos: info.settings.resolveLinkTos,
    startFrom: info.eventSource === ALL ? 0 : Number(info.startFrom),
    startPosition: info.startFrom,
    messageTimeoutMilliseconds: info.settings.messageTimeout,
    extraStatistics: info.settings.extraStatistics,
    maxRetryCount: info.settings.maxRetryCount,
    liveBufferSize: info.settings.liveBufferSize,
    bufferSize: info.settings.historyBufferSize,
    readBatchSize: info.settings.readBatchSize,
    preferRoundRobin: info.settings.strategy === 'RoundRobin',
    checkPointAfterMilliseconds: info.settings.checkPointAfter,
    minCheckPointCount: info.settings.minCheckPointCount,
    maxCheckPointCount: info.settings.maxCheckPointCount,
    maxSubscriberCount: info.settings.maxSubscriberCount,
    namedConsumerStrategy: info.settings.strategy,
  },
  ...shared(info, base),
  countSinceLastMeasurement: info.countSinceLastMeasurement,
  readBufferCount: info.readBufferCount,
  liveBufferCount: info.liveBufferCount,
  retryBufferCount: info.retryBufferCount,
  totalInFlightMessages: info.totalInFlightMessages,
  outstandingMessagesCount: info.outstandingMessagesCount,
  parkedMessageCount: Number(info.parkedMessageCount),
  oldestParkedMessage: info.oldestParkedSeconds,
  parkedDueToClientNak: info.parkedDueToClientNak,
  parkedDueToMaxRetries: info.parkedDueToMaxRetries,
  parkedMessageReplays: info.parkedMessageReplays,
  connections: info.connections.map(connectionOf),
})

const connectionOf = (connection: ConnectionInfo): unknown => ({
  from: connection.from,
  username: connection.username,
  averageItemsPerSecond: connection.averageItemsPerSecond,
  totalItemsProcessed: connection.totalItems,
  countSinceLastMeasurement: connection.countSinceLastMeasurement,
  extraStatistics: connection.observedMeasurements,
  availableSlots: connection.availableSlots,
  inFlightMessages: connection.inFlightMessages,
  connectionName: connection.connectionName,
})
