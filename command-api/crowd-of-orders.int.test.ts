import { expect } from 'chai'
import { startControlledEventStore, type ControlledEventStore } from 'eventstoredb-compatible-server/source/testing'
import { connectEventStore } from '../infrastructure/event-store/adapter.ts'
import type { EventStore } from '../infrastructure/event-store/port.ts'
import { silentLogger } from '../infrastructure/observability/logger.ts'
import { createRegistry } from '../infrastructure/observability/metrics.ts'
import {
  anOrder,
  commandApiUnderTest,
  withCatalogue,
  type CommandApiUnderTest,
} from '../test/specifications/command-api.ts'
import { untilTrue } from '../test/support/until.ts'
import { readCatalogue } from './catalogue/catalogue.ts'
import { commandHandling } from './handling.ts'

const atATime = 2
const waiting = 3

describe('more orders than may wait for an event store that has fallen silent', () => {
  let server: ControlledEventStore
  let store: EventStore
  let shop: CommandApiUnderTest
  let appends = 0
  before(async () => {
    server = await startControlledEventStore({ port: 0, data: 'memory' })
    // So patient that nothing but the bound answers while the store is silent.
    const patience = { patienceMs: 60_000, appendTimeoutMs: 60_000 }
    const bounds = { mostAppendsAtATime: atATime, mostWaiting: waiting }
    const connected = await connectEventStore({ url: server.url, ...patience, ...bounds })
    store = {
      ...connected,
      append: (...asked) => {
        appends += 1
        return connected.append(...asked)
      },
    }
    const handling = commandHandling({ store, registry: createRegistry({ service: 'test' }), logger: silentLogger })
    shop = await withCatalogue(
      commandApiUnderTest({ store, handling, catalogue: readCatalogue(handling), patienceMs: 60_000 }),
    )
  })
  after(async () => {
    await store.dispose()
    await server.stop()
  })

  const ordersWritten = async (): Promise<number> => {
    const streams = new Set<string>()
    for await (const { stream } of store.readAll()) if (stream.startsWith('order-')) streams.add(stream)
    return streams.size
  }

  it('are refused at once with 503 and when to come again, and nothing of them is written', async () => {
    const place = (n: number) => shop.alice.post('/v1/orders', anOrder, { 'Idempotency-Key': `order-${n}` })
    appends = 0
    let answered = 0
    server.faults.pauseDelivery('append')
    const taken = Array.from({ length: atATime + waiting }, async (_, n) => {
      await place(n).answers(201)
      answered += 1
    })
    await untilTrue('as many wait as may', () => appends === atATime + waiting)

    const tooMany = [atATime + waiting, atATime + waiting + 1]
    for (const n of tooMany) {
      const { headers } = await place(n).isRefused(503, 'store_unavailable')
      expect(headers['retry-after']).to.equal('1')
    }
    expect(answered).to.equal(0)

    server.faults.clear()
    await Promise.all(taken)
    expect(await ordersWritten()).to.equal(atATime + waiting)
    // With the same key, when there is room again.
    for (const n of tooMany) await place(n).answers(201)
    expect(await ordersWritten()).to.equal(atATime + waiting + tooMany.length)
  })
})
