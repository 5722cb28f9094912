import {
  DISPATCH_TO_SINGLE,
  END,
  EventStoreDBClient,
  type PersistentSubscriptionToAllSettings,
} from '@eventstore/db-client'

/** None of it is what the adapter gives a group, or what any test of ours asks for. */
const otherwise: PersistentSubscriptionToAllSettings = {
  startFrom: END,
  resolveLinkTos: true,
  extraStatistics: true,
  maxSubscriberCount: 7,
  consumerStrategyName: DISPATCH_TO_SINGLE,
  messageTimeout: 7_001,
  maxRetryCount: 7,
  checkPointLowerBound: 17,
  checkPointUpperBound: 77,
  checkPointAfter: 7_002,
  readBatchSize: 27,
  historyBufferSize: 177,
  liveBufferSize: 277,
}

/** A group as somebody else would make it: with every setting otherwise than the adapter makes it. */
export const createGroupOtherwise = async (url: string, group: string): Promise<void> => {
  const client = EventStoreDBClient.connectionString(url)
  await client.createPersistentSubscriptionToAll(group, otherwise)
  await client.dispose()
}
