import type { ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { shopEvents } from '../domain/registry.ts'
import { streams } from '../domain/shared/streams.ts'
import { connectEventStore } from '../infrastructure/event-store/adapter.ts'
import { createCodec } from '../infrastructure/event-store/codec.ts'
import { createCommandHandling } from '../infrastructure/event-store/handle-command.ts'
import { migratedDatabase, type MigratedDatabase } from '../test/processors/database.ts'
import { ordersInStore } from '../test/processors/orders-in-store.ts'
import { startProcessorsProcess } from '../test/processors/started-process.ts'
import { serverThat } from '../test/support/broken-servers.ts'
import { testEventStore, type TestEventStore } from '../test/support/event-store.ts'
import { until } from '../test/support/until.ts'

const orders = 8
const callsAtOnce = 2

/** Takes whatever it is sent, notes what that asks for, and answers nothing. */
const hangingServer = async () => {
  const requests: string[] = []
  const server = await serverThat((socket) =>
    socket.on('data', (chunk) => {
      for (const [line] of chunk.toString().matchAll(/^(GET|POST) \S+/gm)) requests.push(line)
    }),
  )
  return { ...server, requests }
}

describe('processors that are told to stop while the outside hangs', function () {
  this.timeout(90_000)
  let eventStore: TestEventStore
  let store: Awaited<ReturnType<typeof connectEventStore>>
  let shop: ReturnType<typeof ordersInStore>
  let database: MigratedDatabase
  let outside: Awaited<ReturnType<typeof hangingServer>>
  let child: ChildProcess | undefined

  before(async () => {
    eventStore = await testEventStore()
    store = await connectEventStore({ url: eventStore.url, warn: () => undefined })
    shop = ordersInStore(createCommandHandling({ store, codec: createCodec(shopEvents) }))
    database = await migratedDatabase()
    outside = await hangingServer()
  })
  after(async () => {
    child?.kill('SIGKILL')
    await outside.close()
    await database.close()
    await store.dispose()
    await eventStore.stop()
  })

  /** Of each payment, newest first. */
  const paymentEvents = (orderIds: readonly string[]) =>
    Promise.all(
      orderIds.map(async (orderId) => (await store.lastEvents(streams.payment(orderId), 10)).map(({ type }) => type)),
    )

  const start = async () => {
    const started = await startProcessorsProcess({
      EVENTSTORE_URL: eventStore.url,
      DATABASE_URL: database.url,
      PAYMENT_PROVIDER_URL: `http://127.0.0.1:${outside.port}`,
      // Longer than a process has for its end.
      PROVIDER_TIMEOUT_MS: '60000',
      PROVIDER_CALLS_AT_ONCE: String(callsAtOnce),
      SMTP_URL: `smtp://127.0.0.1:${outside.port}`,
      FOLLOW_UP_DELAYS_SECONDS: '1',
    })
    child = started.child
    return started
  }

  it('begin no call any more, cut off those under way before their time is up, and exit 0', async () => {
    const sku = `sku-${randomUUID().slice(0, 8)}`
    await shop.receive(sku, orders)
    const orderIds: string[] = []
    for (let n = 0; n < orders; n += 1) orderIds.push(await shop.place(sku))
    const { child: started, ended, output } = await start()
    await until(
      'every payment is wanted, and as many are under way as may be',
      async () => {
        if (started.exitCode !== null) throw new Error(`ended: ${output()}`)
        const wanted = (await paymentEvents(orderIds)).every((types) => types.includes('PaymentRequested'))
        return wanted && outside.requests.length === callsAtOnce ? true : undefined
      },
      { limitMs: 60_000 },
    )

    started.kill('SIGTERM')
    const [code] = await ended
    expect({ code, requests: outside.requests }, output()).to.deep.equal({
      code: 0,
      requests: Array.from({ length: callsAtOnce }, () => 'POST /v1/charges'),
    })
    // What was under way may have happened; the rest is as it was.
    const ends = (await paymentEvents(orderIds)).map((types) => types.join(' after '))
    expect(ends.sort()).to.deep.equal([
      ...Array.from({ length: callsAtOnce }, () => 'PaymentOutcomeUnknown after PaymentRequested'),
      ...Array.from({ length: orders - callsAtOnce }, () => 'PaymentRequested'),
    ])
  })
})
