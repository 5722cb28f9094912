import { fileURLToPath } from 'node:url'
import { startEventStore } from 'eventstoredb-compatible-server/source'
import {
  chosenEventStore,
  startServerByCommand,
  type ChosenEventStore,
  type ServerByCommand,
} from 'eventstoredb-compatible-server/source/testing/any-server'

export type TestEventStore = {
  readonly url: string
  stop(): Promise<void>
}

const embeddedProgram = fileURLToPath(new URL('../../embedded/event-store/main.ts', import.meta.url))
const embeddedCommand = `"${process.execPath}" "${embeddedProgram}" --port {port} --data {data}`

/**
 * A store for a test: a new and empty one, by EVENTSTORE_COMMAND or embedded in this process, or the one at EVENTSTORE_URL, in which anything
 * may be already. Tests that are to run against each give their streams and groups names that nobody else uses.
 */
export const testEventStore = async (
  chosen: ChosenEventStore = chosenEventStore(process.env),
): Promise<TestEventStore> => {
  switch (chosen.kind) {
    case 'running':
      return { url: chosen.url, stop: async () => undefined }
    case 'command': {
      const server = await startServerByCommand(chosen.command)
      return { url: server.url, stop: () => server.close() }
    }
    case 'embedded': {
      const server = await startEventStore({ port: 0, data: 'memory' })
      return { url: server.url, stop: () => server.stop() }
    }
  }
}

/** A new and empty store in a process of its own that a test may kill: by EVENTSTORE_COMMAND, or the embedded one. */
export const ownEventStore = (chosen: ChosenEventStore = chosenEventStore(process.env)): Promise<ServerByCommand> => {
  if (chosen.kind === 'running')
    throw new Error(`${chosen.url} is not ours to kill: such a test is declared by onOwnEventStore`)
  return startServerByCommand(chosen.kind === 'command' ? chosen.command : embeddedCommand)
}
