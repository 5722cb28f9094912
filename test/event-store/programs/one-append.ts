import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client'
import { connectEventStore } from '../../../infrastructure/event-store/adapter.ts'
import { refuseTellingDebug } from '../../../infrastructure/event-store/refuse-telling-debug.ts'
import { counted } from '../counting.ts'

/**
 * Run as a program, `one-append.ts <client|adapter> <url>`: appends one event, through the adapter as a process of the shop does it, says so,
 * and has nothing more to do.
 */
const [way, url = ''] = process.argv.slice(2)
if (way === 'client') {
  const client = EventStoreDBClient.connectionString(url)
  await client.appendToStream('order-1', jsonEvent({ type: 'Counted', data: { text: 'for nobody else' } }))
} else {
  refuseTellingDebug(process.env)
  const store = await connectEventStore({ url })
  await store.append('order-1', [counted(1, 'for nobody else')], 'no_stream')
  await store.dispose()
}
process.stdout.write('appended\n')
