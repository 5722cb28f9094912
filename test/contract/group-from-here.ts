import { EventStoreDBClient, persistentSubscriptionToAllSettingsFromDefaults } from '@eventstore/db-client'
import type { EventStore, GroupSettings } from '../../infrastructure/event-store/port.ts'
import type { Position } from '../../infrastructure/event-store/position.ts'

/** What the adapter's `ensureGroup` creates, but from a place on: in a log of any length a test need not go through all of it. */
export const createGroupFrom = async (
  url: string,
  startFrom: Position,
  group: string,
  settings: GroupSettings,
): Promise<void> => {
  const client = EventStoreDBClient.connectionString(url)
  await client.createPersistentSubscriptionToAll(
    group,
    persistentSubscriptionToAllSettingsFromDefaults({
      startFrom,
      messageTimeout: settings.messageTimeoutMs,
      maxRetryCount: settings.maxRetryCount,
      checkPointLowerBound: settings.checkPointLowerBound,
      checkPointUpperBound: settings.checkPointUpperBound,
      checkPointAfter: settings.checkPointAfterMs,
      readBatchSize: settings.readBatchSize,
      historyBufferSize: settings.historyBufferSize,
      liveBufferSize: settings.liveBufferSize,
    }),
  )
  await client.dispose()
}

/** From what is written next on. */
export const createGroupFromHere = async (
  { url, store }: { readonly url: string; readonly store: Pick<EventStore, 'headPosition'> },
  group: string,
  settings: GroupSettings,
): Promise<void> => {
  const head = await store.headPosition()
  if (head === undefined) throw new Error('a server writes something of its own first')
  await createGroupFrom(url, head, group, settings)
}
