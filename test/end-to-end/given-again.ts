import { EventStoreDBClient } from '@eventstore/db-client'
import { serviceNames } from '../../processors/services.ts'

/**
 * Updates the groups to the settings they have. The event store drops their consumers for that, and gives what was not acknowledged, and
 * what it had not noted as acknowledged, once more: to anybody, and as if for the first time.
 */
export const giveAgain = async (url: string): Promise<void> => {
  const client = EventStoreDBClient.connectionString(url)
  try {
    for (const group of serviceNames) {
      const { settings } = await client.getPersistentSubscriptionToAllInfo(group)
      await client.updatePersistentSubscriptionToAll(group, settings)
    }
  } finally {
    await client.dispose()
  }
}
