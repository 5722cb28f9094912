import { END, ROUND_ROBIN, START, UNBOUNDED, type PersistentSubscriptionToAllSettings } from '@eventstore/db-client'
import type { GroupSettings, WholeGroupSettings } from './port.ts'
import { positionToText } from './position.ts'
import { placeOf } from './server-values.ts'

/** Unfiltered, from the start, links as they are: the kind of group that loses nothing on a real server. */
const ofEveryGroup = {
  startFrom: START,
  resolveLinkTos: false,
  extraStatistics: false,
  maxSubscriberCount: UNBOUNDED,
  consumerStrategyName: ROUND_ROBIN,
} as const

/** What the server is told when a group is made or updated: all of it, since an update leaves nothing of what was. */
export const toServerSettings = (settings: GroupSettings): PersistentSubscriptionToAllSettings => ({
  ...ofEveryGroup,
  messageTimeout: settings.messageTimeoutMs,
  maxRetryCount: settings.maxRetryCount,
  checkPointLowerBound: settings.checkPointLowerBound,
  checkPointUpperBound: settings.checkPointUpperBound,
  checkPointAfter: settings.checkPointAfterMs,
  readBatchSize: settings.readBatchSize,
  historyBufferSize: settings.historyBufferSize,
  liveBufferSize: settings.liveBufferSize,
})

/** The client leaves out a start that it cannot read, whatever its types say. */
const startTextOf = (startFrom: PersistentSubscriptionToAllSettings['startFrom'] | undefined): string | undefined => {
  if (startFrom === undefined || startFrom === START || startFrom === END) return startFrom
  const place = placeOf(startFrom)
  return place === undefined ? undefined : positionToText(place)
}

/** What the server says that it has. */
export const fromServerSettings = (settings: PersistentSubscriptionToAllSettings): WholeGroupSettings => ({
  startFrom: startTextOf(settings.startFrom),
  resolveLinkTos: settings.resolveLinkTos,
  extraStatistics: settings.extraStatistics,
  maxSubscriberCount: settings.maxSubscriberCount,
  consumerStrategyName: settings.consumerStrategyName,
  messageTimeoutMs: settings.messageTimeout,
  maxRetryCount: settings.maxRetryCount,
  checkPointLowerBound: settings.checkPointLowerBound,
  checkPointUpperBound: settings.checkPointUpperBound,
  checkPointAfterMs: settings.checkPointAfter,
  readBatchSize: settings.readBatchSize,
  historyBufferSize: settings.historyBufferSize,
  liveBufferSize: settings.liveBufferSize,
})
