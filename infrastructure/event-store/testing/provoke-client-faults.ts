import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client'
import { startEventStore } from '../../../embedded/event-store/server.ts'
import { isLateAnswer, isOrphanedWrite } from '../client-guard.ts'
import { startProxy } from './proxy.ts'

/**
 * Run as a program: brings about both of the client's faults in this process, with the guard on, and prints what the guard saw as
 * one line of JSON. Without the guard the process would be dead by then; with `--unguarded` it is.
 */
const seen = { lateAnswers: 0, orphanedWrites: 0 }
if (!process.argv.includes('--unguarded')) {
  const guard = (error: unknown) => {
    if (isLateAnswer(error)) seen.lateAnswers += 1
    else if (isOrphanedWrite(error)) seen.orphanedWrites += 1
    else throw error
  }
  process.on('uncaughtException', guard)
  process.on('unhandledRejection', guard)
}

const until = async (condition: () => boolean) => {
  const giveUpAt = Date.now() + 10_000
  while (!condition() && Date.now() < giveUpAt) await new Promise((resolve) => setTimeout(resolve, 5))
}

const server = await startEventStore({ port: 0, data: 'memory' })
const [slow, broken] = [await startProxy(server.port), await startProxy(server.port)]
const [slowClient, brokenClient] = [EventStoreDBClient.connectionString(slow.url), EventStoreDBClient.connectionString(broken.url)]
const event = () => jsonEvent({ type: 'Counted', data: {} })
for (const client of [slowClient, brokenClient]) await client.appendToStream('warm-up', event())

// An answer is on its way to one client when another client's append stream breaks.
slow.hold()
const first = slowClient.appendToStream('late', event()).catch(() => undefined)
await until(() => slow.held() > 0)
broken.cut()
await first
slow.release()
await until(() => seen.lateAnswers > 0)

// A server takes nothing in any more, a hundred appends are more than the connection holds, and then it breaks.
const large = () => jsonEvent({ type: 'Counted', data: { text: 'x'.repeat(20_000) } })
for (let isBack = false; !isBack;) isBack = await brokenClient.appendToStream('warm-up', event()).then(() => true, () => false)
broken.stall()
for (let n = 0; n < 100; n += 1) brokenClient.appendToStream('crowd', large()).catch(() => undefined)
setTimeout(() => { broken.cut() }, 100)
await until(() => seen.orphanedWrites > 0)

process.stdout.write(`${JSON.stringify(seen)}\n`)
for (const proxy of [slow, broken]) proxy.close()
process.exit(0)
