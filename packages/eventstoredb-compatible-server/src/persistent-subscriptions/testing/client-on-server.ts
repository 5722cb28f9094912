import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client'
import { startEventStore } from '../../server.ts'
import type { EventStore } from '../../server.ts'
import { ClientConsumer } from './client-consumer.ts'

/** A client on a server of its own, for the tests of a suite. */
export const clientOnServer = () => {
  let server: EventStore
  let client: EventStoreDBClient
  let number = 0
  const fresh = (): string => `orders-${(number += 1)}`

  const append = async (stream: string, ...types: readonly string[]): Promise<void> => {
    await client.appendToStream(
      stream,
      types.map((type) => jsonEvent({ type, data: { type } })),
    )
  }
  const onStream = (stream: string, bufferSize = 10): ClientConsumer =>
    new ClientConsumer(client.subscribeToPersistentSubscriptionToStream(stream, 'g', { bufferSize }))
  const onAll = (group: string, bufferSize = 10): ClientConsumer =>
    new ClientConsumer(client.subscribeToPersistentSubscriptionToAll(group, { bufferSize }))

  before(async () => {
    server = await startEventStore({ port: 0, data: 'memory' })
    client = EventStoreDBClient.connectionString(server.url)
  })
  after(async () => {
    await client.dispose()
    await server.stop()
  })
  return { client: () => client, url: () => server.url, fresh, append, onStream, onAll }
}
