import { closeClient, openClient } from '../../infrastructure/event-store/client.ts'

/** No process of ours deletes a group; tests do, which leave nothing behind. */
export const deleteGroups = async (url: string, groups: readonly string[]): Promise<void> => {
  const client = openClient(url, 'deletes-groups')
  try {
    for (const group of groups) await client.deletePersistentSubscriptionToAll(group)
  } finally {
    await closeClient(client, 2_000, (message, error) => {
      throw new Error(message, { cause: error })
    })
  }
}
