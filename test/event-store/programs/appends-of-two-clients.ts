import { randomUUID } from 'node:crypto'
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client'
import { startEventStore } from 'eventstoredb-compatible-server/source'
import { until } from '../../support/until.ts'
import { connectEventStore } from '../../../infrastructure/event-store/adapter.ts'
import { startProxy } from '../proxy.ts'

/**
 * Run as a program, `appends-of-two-clients.ts <late-answer|crowd> <client|adapter>`: does what the client's own method for appends cannot
 * bear, with that method or through the adapter. Whoever lives through it prints how many of the appends were written.
 */
const [scenario, way] = process.argv.slice(2)

type Append = (stream: string, text?: string) => Promise<unknown>

const appendBy = async (url: string): Promise<Append> => {
  if (way === 'client') {
    const client = EventStoreDBClient.connectionString(url)
    return (stream, text) => client.appendToStream(stream, jsonEvent({ type: 'Counted', data: { text } }))
  }
  const store = await connectEventStore({ url, appendTimeoutMs: 500, patienceMs: 15_000 })
  return (stream, text) =>
    store.append(stream, [{ id: randomUUID(), type: 'Counted', data: { text }, metadata: {} }], 'any')
}

const server = await startEventStore({ port: 0, data: 'memory' })
const [slow, broken] = [await startProxy(server.port), await startProxy(server.port)]
const [appendSlowly, appendBroken] = [await appendBy(slow.url), await appendBy(broken.url)]
for (const append of [appendSlowly, appendBroken]) await append('warm-up')
const written = (appends: readonly Promise<unknown>[]) =>
  Promise.all(
    appends.map((append) =>
      append.then(
        () => 1,
        () => 0,
      ),
    ),
  ).then((each) => each.filter((one) => one === 1).length)

const scenarios: Readonly<Record<string, () => Promise<number>>> = {
  // An answer is on its way on one connection when the call for appends on another one breaks.
  'late-answer': async () => {
    slow.hold()
    const late = appendSlowly('late')
    await until('an answer is held', () => slow.held() > 0 || undefined)
    broken.cut()
    // What is written to the broken one next knows that it broke.
    await written([appendBroken('warm-up')])
    slow.release()
    const count = await written([late])
    // The answer has been given by the time a later one is.
    await appendSlowly('later')
    return count
  },
  // A server takes nothing in any more, a hundred appends are more than the connection holds, and then it breaks.
  crowd: async () => {
    broken.stall()
    const crowd = Array.from({ length: 100 }, (_, n) => appendBroken(`crowd-${n}`, 'x'.repeat(20_000)))
    setTimeout(() => {
      broken.cut()
    }, 100)
    const count = await written(crowd)
    // Whatever was left over has been told of by then.
    await appendSlowly('later')
    return count
  },
}

const run = scenarios[scenario ?? '']
if (run === undefined) throw new Error(`there is no scenario ${scenario}`)
process.stdout.write(`${await run()} written\n`)
process.exit(0)
