import { spawn, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { expect } from 'chai'
import { stockDecider } from '../domain/inventory/stock.ts'
import { orderDecider } from '../domain/orders/order.ts'
import { shopEvents } from '../domain/registry.ts'
import { streams } from '../domain/shared/streams.ts'
import { freePort } from '../embedded/shop/ports.ts'
import { connectEventStore } from '../infrastructure/event-store/adapter.ts'
import { createCodec } from '../infrastructure/event-store/codec.ts'
import { createCommandHandling, type CommandHandling } from '../infrastructure/event-store/handle-command.ts'
import { migratedDatabase, type MigratedDatabase } from '../test/processors/database.ts'
import { testEventStore, type TestEventStore } from '../test/support/event-store.ts'
import { until } from '../test/support/until.ts'

const orders = 8
const callsAtOnce = 2

/** Takes whatever it is sent, and answers nothing. */
const silentServer = async () => {
  const sockets: Socket[] = []
  const requests: string[] = []
  const server: Server = createServer((socket) => {
    sockets.push(socket)
    socket.on('error', () => {
      /* the caller may hang up as it likes */
    })
    socket.on('data', (chunk) => {
      for (const [line] of chunk.toString().matchAll(/^(GET|POST) \S+/gm)) requests.push(line)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    requests,
    close: () => {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}

describe('processors that are told to stop while the outside hangs', function () {
  this.timeout(90_000)
  let eventStore: TestEventStore
  let store: Awaited<ReturnType<typeof connectEventStore>>
  let commands: CommandHandling
  let database: MigratedDatabase
  let outside: Awaited<ReturnType<typeof silentServer>>
  let child: ChildProcess | undefined

  before(async () => {
    eventStore = await testEventStore()
    store = await connectEventStore({ url: eventStore.url, warn: () => undefined })
    commands = createCommandHandling({ store, codec: createCodec(shopEvents) })
    database = await migratedDatabase()
    outside = await silentServer()
  })
  after(async () => {
    child?.kill('SIGKILL')
    outside.close()
    await database.close()
    await store.dispose()
    await eventStore.stop()
  })

  const context = (correlationId: string) => {
    const commandId = randomUUID()
    const actor = { type: 'system', id: 'test' } as const
    return { commandId, correlationId, causationId: commandId, actor, now: () => new Date() }
  }

  const place = async (sku: string): Promise<string> => {
    const orderId = randomUUID()
    await commands.handle(
      orderDecider,
      streams.order(orderId),
      {
        type: 'PlaceOrder',
        orderId,
        number: 'ABC1234567',
        customerId: 'ann',
        requestHash: 'hash',
        shipTo: { name: 'Ann', street: 'Street 1', postalCode: '1000', city: 'City', country: 'DE' },
        contact: { email: 'ann@example.org' },
        lines: [{ sku, name: sku, quantity: 1, unitPrice: 100 }],
        currency: 'EUR',
        paymentMethod: 'card-ok',
      },
      context(orderId),
    )
    return orderId
  }

  /** Of each payment, newest first. */
  const paymentEvents = (orderIds: readonly string[]) =>
    Promise.all(
      orderIds.map(async (orderId) => (await store.lastEvents(streams.payment(orderId), 10)).map(({ type }) => type)),
    )

  const start = async () => {
    const started = spawn(process.execPath, [join(import.meta.dirname, 'main.ts')], {
      env: {
        EVENTSTORE_URL: eventStore.url,
        DATABASE_URL: database.url,
        PROCESSORS_PORT: String(await freePort()),
        JWT_ISSUER: 'test',
        JWT_AUDIENCE: 'test',
        JWT_SECRET: 'a secret of the tests, long enough',
        PAYMENT_PROVIDER_URL: `http://127.0.0.1:${outside.port}`,
        // Longer than a process has for its end.
        PROVIDER_TIMEOUT_MS: '60000',
        PROVIDER_CALLS_AT_ONCE: String(callsAtOnce),
        SMTP_URL: `smtp://127.0.0.1:${outside.port}`,
        MAIL_FROM: 'shop@example.org',
        OPERATOR_EMAIL: 'operators@example.org',
        FOLLOW_UP_DELAYS_SECONDS: '1',
        LOG_FORMAT: 'json',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    child = started
    let output = ''
    for (const stream of [started.stdout, started.stderr])
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString()
      })
    const ended = once(started, 'close') as Promise<[number | null]>
    return { started, ended, output: () => output }
  }

  it('begin no call any more, cut off those under way before their time is up, and exit 0', async () => {
    const sku = `sku-${randomUUID().slice(0, 8)}`
    await commands.handle(
      stockDecider,
      streams.stock(sku),
      { type: 'ReceiveStock', sku, quantity: orders, document: 'delivery' },
      context(sku),
    )
    const orderIds: string[] = []
    for (let n = 0; n < orders; n += 1) orderIds.push(await place(sku))
    const { started, ended, output } = await start()
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
