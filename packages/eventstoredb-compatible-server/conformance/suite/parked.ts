import { letters, type Consumer } from './consumer.ts'
import { filled } from './filled-group.ts'
import type { Group } from './group.ts'
import type { Server } from './server.ts'
import { apart } from './waiting.ts'

/** A group with these events parked, and its consumer, who has seen them once. */
export const withParked = async (
  server: Server,
  text: string,
  changes: Parameters<typeof Group.create>[3] = {},
): Promise<[Group, Consumer]> => {
  const types = letters(text)
  const group = await filled(server, text, changes)
  const consumer = group.consumer()
  await consumer.saw(...types)
  for (const n of types.keys()) {
    await consumer.nack('park', 'x', n)
    await apart()
  }
  await group.parkedCount(types.length)
  return [group, consumer]
}

/** Below this number the parked stream is cut off. */
export const truncatedBefore = async (server: Server, group: Group): Promise<number | string> =>
  (await server.client.getStreamMetadata(`$persistentsubscription-${group.stream}::group-parked`)).metadata
    ?.truncateBefore ?? 0
