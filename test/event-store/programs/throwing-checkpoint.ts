import { EventStoreDBClient, streamNameFilter } from '@eventstore/db-client'

/**
 * Run as a program, `throwing-checkpoint.ts <url>`: subscribes with a checkpoint that throws, and writes the type of each event that comes.
 */
const [url = ''] = process.argv.slice(2)
// Without this it would end the process.
process.on('unhandledRejection', (error) => {
  process.stdout.write(`unhandled: ${String(error)}\n`)
})
const client = EventStoreDBClient.connectionString(url)
const filter = streamNameFilter({
  prefixes: ['order-'],
  checkpointReached: () => {
    throw new Error('the database is away')
  },
})
for await (const { event } of client.subscribeToAll({ filter })) process.stdout.write(`${event?.type}\n`)
