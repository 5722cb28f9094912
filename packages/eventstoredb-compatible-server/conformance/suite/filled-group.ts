import { events } from './appending.ts'
import { Group } from './group.ts'
import type { Server } from './server.ts'

/** A group, from the start of a stream that has one event of each type in a text such as `a b c`. */
export const filled = async (
  server: Server,
  text: string,
  changes: Parameters<typeof Group.create>[3] = {},
): Promise<Group> => {
  const stream = server.name()
  await server.client.appendToStream(stream, events(text))
  return Group.create(server, stream, 'group', changes)
}
