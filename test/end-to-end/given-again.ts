import { connectEventStore } from '../../infrastructure/event-store/adapter.ts'
import { groupSettings } from '../../processors/groups.ts'
import { serviceNames } from '../../processors/services.ts'
import { untilTrue } from '../support/until.ts'

/**
 * Updates the groups to the settings they have. The event store drops their consumers for that, and gives what was not acknowledged, and
 * what it had not noted as acknowledged, once more: to anybody, and as if for the first time. Answers when all consumers are back: whoever
 * came first would otherwise be given all of it before the others had come.
 */
export const giveAgain = async (url: string): Promise<void> => {
  const store = await connectEventStore({ url })
  try {
    const connectionsOf = async (group: string) => (await store.groupInfo(group))?.connections ?? 0
    for (const group of serviceNames) {
      const before = await connectionsOf(group)
      await store.updateGroup(group, groupSettings)
      await untilTrue(
        `the ${before} consumers of ${group} are back`,
        async () => (await connectionsOf(group)) >= before,
      )
    }
  } finally {
    await store.dispose()
  }
}
