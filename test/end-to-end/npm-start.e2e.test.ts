import { spawn, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { removePostgresData } from '../../embedded/postgres.ts'
import { freePort, takenPorts } from '../../embedded/ports.ts'
import { secretsOf } from '../../embedded/shop/secrets.ts'
import { portVariables } from '../../embedded/shop/settings.ts'
import { developmentToken } from '../../embedded/shop/token.ts'
import type { Role } from '../../http-api/roles.ts'
import { until } from '../support/until.ts'
import { eventStoreOfShop, type ShopEventStore } from './event-store-of-shop.ts'
import { shopStartLimitMs } from './running-shop.ts'

const root = join(import.meta.dirname, '..', '..')

describe('npm start', () => {
  const data = mkdtempSync(join(tmpdir(), 'npm-start-'))
  const ports: Record<string, string> = {}
  /** The log may hold anything: what is made here has names of its own. */
  const customer = `alice-${randomUUID()}`
  const sku = `CUP-${randomUUID().slice(0, 8).toUpperCase()}`
  let eventStore: ShopEventStore | undefined
  let current: ChildProcess | undefined

  before(async function () {
    this.timeout(shopStartLimitMs)
    eventStore = await eventStoreOfShop()
    for (const { variable } of Object.values(portVariables)) ports[variable] = String(await freePort())
  })
  after(async function () {
    this.timeout(60_000)
    current?.kill('SIGKILL')
    await allPortsAreFree()
    await eventStore?.close()
    await removePostgresData(join(data, 'postgres'))
    rmSync(data, { recursive: true, force: true })
  })

  const start = (overrides: Record<string, string> = {}) => {
    const { EVENTSTORE_URL: _eventStore, DATABASE_URL: _database, ...inherited } = process.env
    const child = spawn(process.execPath, ['embedded/start.ts'], {
      cwd: root,
      env: {
        ...inherited,
        ...(eventStore === undefined ? {} : { EVENTSTORE_URL: eventStore.url }),
        ...ports,
        ...overrides,
        DATA_DIRECTORY: data,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    current = child
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
    child.stderr.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
    return {
      child,
      output: () => output,
      ended: once(child, 'close') as Promise<[number | null]>,
      ready: () =>
        until(
          'npm start says it is ready',
          () => {
            if (output.includes('Ready after')) return true
            throw new Error(child.exitCode === null ? `it has said: ${output}` : `it ended: ${output}`)
          },
          // Longer than it waits itself for one of its processes, which it then names.
          { limitMs: 90_000 },
        ),
    }
  }

  const allPortsAreFree = () =>
    until(
      'nothing listens any more',
      async () => {
        const taken = await takenPorts(
          Object.entries(ports).map(([variable, port]) => ({ what: variable, variable, port: Number(port) })),
        )
        if (taken.length === 0) return true
        throw new Error(`still listening: ${taken.map(({ what }) => what).join(', ')}`)
      },
      { limitMs: 40_000 },
    )

  const as = (sub: string, role: Role) => ({
    authorization: `Bearer ${developmentToken(secretsOf(data), { sub, role })}`,
  })
  const alice = () => as(customer, 'customer')
  const post = (path: string, who: Record<string, string>, body: unknown, headers: Record<string, string> = {}) =>
    fetch(`http://127.0.0.1:${ports['COMMAND_API_PORT']}${path}`, {
      method: 'POST',
      headers: { ...who, 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })
  const myOrders = async (): Promise<readonly { orderId: string; status: string }[]> => {
    const answer = await fetch(`http://127.0.0.1:${ports['READ_API_PORT']}/v1/orders`, { headers: alice() })
    return ((await answer.json()) as { items: { orderId: string; status: string }[] }).items
  }

  it('keeps an order from one run to the next, and stops everything in between', async () => {
    const first = start()
    await first.ready()
    expect(first.output()).to.contain('export CUSTOMER=').and.contain('npm run demo')
    // Whoever starts a shop wants to look at it first of all.
    const [address] = /http:\/\/\S+/.exec(first.output()) ?? []
    expect(address).to.equal(`http://127.0.0.1:${ports['CONSOLE_PORT']}`)
    expect(
      (await post('/v1/products', as('ada', 'admin'), { sku, name: 'A cup', price: { amount: 900, currency: 'EUR' } }))
        .status,
    ).to.equal(201)
    expect(
      (await post(`/v1/inventory/${sku}/receipts`, as('olga', 'operator'), { quantity: 1, document: 'delivery' }))
        .status,
    ).to.equal(200)
    const answer = await post(
      '/v1/orders',
      alice(),
      {
        lines: [{ sku, quantity: 1 }],
        shipTo: { name: 'Alice', street: 'Lindenweg 1', postalCode: '10115', city: 'Berlin', country: 'DE' },
        contact: { email: 'alice@example.com' },
        payment: { method: 'card-ok' },
      },
      { 'idempotency-key': 'kept' },
    )
    expect(answer.status).to.equal(201)
    const { orderId } = (await answer.json()) as { orderId: string }
    // As one Ctrl-C comes by way of npm: to the program itself, and once more from the one that started it.
    first.child.kill('SIGINT')
    first.child.kill('SIGINT')
    const [code] = await first.ended
    expect(code, first.output()).to.equal(0)
    await allPortsAreFree()

    const second = start()
    await second.ready()
    const order = await until(
      'the order is confirmed',
      async () => (await myOrders()).find((one) => one.orderId === orderId && one.status === 'confirmed'),
      { limitMs: 60_000 },
    )
    expect(order.orderId).to.equal(orderId)
  })

  it('leaves no process behind when it is killed itself', async () => {
    expect(current?.exitCode, 'the second run of the test before goes on').to.equal(null)
    current?.kill('SIGKILL')
    await allPortsAreFree()
  })

  it('names a port that is taken and how to choose another, and starts nothing', async () => {
    const server = createServer().listen(Number(ports['READ_API_PORT']), '127.0.0.1')
    await once(server, 'listening')
    const third = start()
    const [code] = await third.ended
    server.close()
    expect(code).to.equal(1)
    expect(third.output())
      .to.contain(`Port ${ports['READ_API_PORT']} (read-api) is taken`)
      .and.contain('READ_API_PORT=')
  })
})
