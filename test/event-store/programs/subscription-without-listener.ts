import { EventStoreDBClient } from '@eventstore/db-client'
import { connectEventStore } from '../../../infrastructure/event-store/adapter.ts'
import { untilTrue } from '../../support/until.ts'

/**
 * Run as a program, `subscription-without-listener.ts <client|adapter> <url>`: connects to the group `order`, says so, and reads nothing. Whoever
 * lives until the server has no consumer any more says that, too.
 */
const [way, url = ''] = process.argv.slice(2)

const connectByClient = async (): Promise<() => Promise<number | undefined>> => {
  const client = EventStoreDBClient.connectionString(url)
  await new Promise<void>((resolve) => {
    client.subscribeToPersistentSubscriptionToAll('order').once('confirmation', resolve)
  })
  return async () => (await client.getPersistentSubscriptionToAllInfo('order')).connections.length
}
const connectByAdapter = async (): Promise<() => Promise<number | undefined>> => {
  const store = await connectEventStore({ url })
  await store.connect('order', { bufferSize: 10 })
  return async () => (await store.groupInfo('order'))?.connections
}

const consumers = await (way === 'client' ? connectByClient() : connectByAdapter())
process.stdout.write('connected\n')
await untilTrue('the server has no consumer', async () => (await consumers()) === 0)
process.stdout.write('alive\n')
process.exit(0)
