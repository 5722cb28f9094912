import messages from '@eventstore/db-client/generated/persistent_pb.js'
import type { SubscriptionInfo } from '@eventstore/db-client/generated/persistent_pb.js'
import type { ConnectionInfo, GroupInfo } from './info.ts'

const connectionMessage = (connection: ConnectionInfo): SubscriptionInfo.ConnectionInfo =>
  new messages.SubscriptionInfo.ConnectionInfo()
    .setFrom(connection.from)
    .setUsername(connection.username)
    .setConnectionName(connection.connectionName)
    .setTotalItems(String(connection.totalItems))
    .setCountSinceLastMeasurement(String(connection.countSinceLastMeasurement))
    .setAverageItemsPerSecond(connection.averageItemsPerSecond)
    .setInFlightMessages(connection.inFlightMessages)
    .setAvailableSlots(connection.availableSlots)
    .setObservedMeasurementsList(
      connection.observedMeasurements.map(({ key, value }) =>
        new messages.SubscriptionInfo.Measurement().setKey(key).setValue(String(value)),
      ),
    )

export const infoMessage = (info: GroupInfo): SubscriptionInfo => {
  const { settings } = info
  return new messages.SubscriptionInfo()
    .setEventSource(info.eventSource)
    .setGroupName(info.groupName)
    .setStatus(info.status)
    .setStartFrom(info.startFrom)
    .setTotalItems(String(info.totalItems))
    .setCountSinceLastMeasurement(String(info.countSinceLastMeasurement))
    .setAveragePerSecond(info.averagePerSecond)
    .setLastCheckpointedEventPosition(info.lastCheckpointedEventPosition)
    .setLastKnownEventPosition(info.lastKnownEventPosition)
    .setReadBufferCount(info.readBufferCount)
    .setRetryBufferCount(info.retryBufferCount)
    .setLiveBufferCount(String(info.liveBufferCount))
    .setTotalInFlightMessages(info.totalInFlightMessages)
    .setOutstandingMessagesCount(info.outstandingMessagesCount)
    .setParkedMessageCount(String(info.parkedMessageCount))
    .setConnectionsList(info.connections.map(connectionMessage))
    .setResolveLinkTos(settings.resolveLinkTos)
    .setExtraStatistics(settings.extraStatistics)
    .setMessageTimeoutMilliseconds(settings.messageTimeout)
    .setMaxRetryCount(settings.maxRetryCount)
    .setCheckPointAfterMilliseconds(settings.checkPointAfter)
    .setMinCheckPointCount(settings.minCheckPointCount)
    .setMaxCheckPointCount(settings.maxCheckPointCount)
    .setLiveBufferSize(settings.liveBufferSize)
    .setBufferSize(settings.historyBufferSize)
    .setReadBatchSize(settings.readBatchSize)
    .setMaxSubscriberCount(settings.maxSubscriberCount)
    .setNamedConsumerStrategy(settings.strategy)
}
