import { startEventStore } from '../../embedded/event-store/server.ts'

export type TestEventStore = {
  readonly url: string
  stop(): Promise<void>
}

/**
 * A store for a test: a new and empty one in this process, or the one at EVENTSTORE_URL, which is shared with whatever else is in it.
 * Tests that are to run against either give their streams and groups names that nobody else uses.
 */
export const testEventStore = async (): Promise<TestEventStore> => {
  const given = process.env['EVENTSTORE_URL']
  if (given !== undefined && given !== '') return { url: given, stop: async () => undefined }
  const server = await startEventStore({ port: 0, data: 'memory' })
  return { url: server.url, stop: () => server.stop() }
}
