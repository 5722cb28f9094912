import type { Consumer } from './consumer.ts'
import type { Group } from './group.ts'
import type { Measurement } from './observed-measurements.ts'
import type { Settings } from './settings.ts'

export type ConnectionInfo = {
  readonly from: string
  readonly username: string
  readonly connectionName: string
  readonly totalItems: number
  readonly countSinceLastMeasurement: number
  readonly averageItemsPerSecond: number
  readonly inFlightMessages: number
  readonly availableSlots: number
  readonly observedMeasurements: readonly Measurement[]
}

/** What can be seen of a group. Places are texts, empty where there is none. */
export type GroupInfo = {
  readonly eventSource: string
  readonly groupName: string
  readonly status: string
  readonly startFrom: string
  readonly settings: Settings
  readonly totalItems: number
  readonly countSinceLastMeasurement: number
  readonly averagePerSecond: number
  readonly lastCheckpointedEventPosition: string
  readonly lastKnownEventPosition: string
  readonly readBufferCount: number
  readonly retryBufferCount: number
  readonly liveBufferCount: number
  readonly totalInFlightMessages: number
  readonly outstandingMessagesCount: number
  readonly parkedMessageCount: bigint
  /** How old the oldest of them is; 0 while there is none. */
  readonly oldestParkedSeconds: number
  /** Since the group was loaded. */
  readonly parkedDueToClientNak: number
  readonly parkedDueToMaxRetries: number
  readonly parkedMessageReplays: number
  readonly connections: readonly ConnectionInfo[]
}

const connectionInfo = (consumer: Consumer, now: number): ConnectionInfo => {
  const { count, perSecond } = consumer.meter.measure(now)
  return {
    from: '',
    username: consumer.options.username,
    connectionName: consumer.options.name,
    totalItems: consumer.meter.total,
    countSinceLastMeasurement: count,
    averageItemsPerSecond: perSecond,
    inFlightMessages: consumer.inFlight.size,
    availableSlots: consumer.availableSlots,
    observedMeasurements: consumer.measurements?.list() ?? [],
  }
}

/** Rates are since the last time that anybody asked. `now` in milliseconds. */
export const infoOf = (group: Group, now: number): GroupInfo => {
  const { config, source, waiting, intake } = group
  const place = (position: bigint | undefined): string => (position === undefined ? '' : source.format(position))
  const { count, perSecond } = group.meter.measure(now)
  return {
    eventSource: config.stream,
    groupName: config.group,
    status: group.status,
    startFrom: source.formatStart(config.startFrom),
    settings: config.settings,
    totalItems: group.meter.total,
    countSinceLastMeasurement: count,
    averagePerSecond: perSecond,
    lastCheckpointedEventPosition: place(group.checkpoint.position),
    lastKnownEventPosition: place(intake.lastKnown),
    readBufferCount: waiting.freshCount,
    retryBufferCount: waiting.retryCount,
    liveBufferCount: intake.liveBufferCount,
    totalInFlightMessages: [...group.consumers].reduce((sum, { inFlight }) => sum + inFlight.size, 0),
    outstandingMessagesCount: group.outstanding.size,
    parkedMessageCount: group.parked.count,
    oldestParkedSeconds: Math.round(Math.max(0, now - (group.parked.oldestAt ?? now))) / 1_000,
    parkedDueToClientNak: group.parked.requests['client-nak'],
    parkedDueToMaxRetries: group.parked.requests['max-retries'],
    parkedMessageReplays: group.parked.replays,
    connections: [...group.consumers].map((consumer) => connectionInfo(consumer, now)),
  }
}
