import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { startEventStore } from 'eventstoredb-compatible-server/source'
import { shopEvents, type ShopEvent } from '../domain/registry.ts'
import { uuidv5 } from '../domain/shared/ids.ts'
import { connectEventStore } from '../infrastructure/event-store/adapter.ts'
import { createCodec } from '../infrastructure/event-store/codec.ts'
import type { EventStore } from '../infrastructure/event-store/port.ts'
import type { Position } from '../infrastructure/event-store/position.ts'
import { silentLogger } from '../infrastructure/observability/logger.ts'
import { nameOf } from '../infrastructure/projections/projection.ts'
import { verificationText, type Verification } from '../infrastructure/projections/verification.ts'
import { openPool, type Pool } from '../infrastructure/postgres/pool.ts'
import { waitForTables } from '../test/projections/wait-for-tables.ts'
import * as inventory from '../test/specifications/inventory-events.ts'
import * as orders from '../test/specifications/order-events.ts'
import * as payments from '../test/specifications/payment-events.ts'
import { productAdded } from '../test/specifications/product-events.ts'
import { childEnvironment } from '../test/support/child-environment.ts'
import { migratedTestDatabase, type TestDatabase } from '../test/support/postgres.ts'
import { until } from '../test/support/until.ts'
import { shopProjections } from './registry.ts'

const root = join(import.meta.dirname, '..')
const codec = createCodec(shopEvents)
const projectionNames = (): readonly string[] => shopProjections.map(nameOf)

describe('the projections process', function () {
  this.timeout(60_000)
  let database: TestDatabase
  let pool: Pool
  let folder: string
  let server: Awaited<ReturnType<typeof startEventStore>>
  let store: EventStore
  let environment: NodeJS.ProcessEnv
  const children: ChildProcess[] = []
  let ids = 0
  let last: Position | undefined

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'projections-'))
    database = await migratedTestDatabase()
    pool = openPool({ url: database.url, applicationName: 'test', logger: silentLogger })
    server = await startEventStore({ host: '127.0.0.1', port: 0, data: join(folder, 'event-store') })
    const url = `esdb://127.0.0.1:${server.port}?tls=false`
    store = await connectEventStore({ url })
    environment = {
      ...childEnvironment,
      EVENTSTORE_URL: url,
      DATABASE_URL: database.url,
      PROJECTIONS_PORT: '0',
      LOG_FORMAT: 'json',
      SHUTDOWN_DELAY_SECONDS: '0',
    }
  })
  after(async () => {
    for (const child of children) {
      if (child.exitCode !== null || child.signalCode !== null) continue
      child.kill('SIGTERM')
      await once(child, 'exit')
    }
    await store.dispose()
    await server.stop()
    await pool.end()
    await database.drop()
    await rm(folder, { recursive: true, force: true })
  })

  const startProcess = async (): Promise<{ readonly child: ChildProcess; readonly url: string }> => {
    const child = spawn(process.execPath, ['projections/main.ts'], {
      cwd: root,
      env: environment,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    children.push(child)
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
    const url = await until('it listens', () => /"message":"serving","url":"([^"]+)"/.exec(output)?.[1])
    await until('it is ready', async () => ((await fetch(`${url}/health/ready`)).ok ? true : undefined))
    return { child, url }
  }

  const tool = async (
    ...args: readonly string[]
  ): Promise<{ readonly code: number | null; readonly output: string; readonly errors: string }> => {
    const child = spawn(process.execPath, ['projections/cli.ts', ...args], {
      cwd: root,
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    let errors = ''
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
    child.stderr.on('data', (chunk: Buffer) => {
      errors += chunk.toString()
    })
    const [code] = (await once(child, 'close')) as [number | null]
    return { code, output, errors }
  }

  const append = async (stream: string, ...events: readonly ShopEvent[]): Promise<void> => {
    const stored = events.map((event) =>
      codec.encode(event, uuidv5(`test event ${(ids += 1)}`), {
        $correlationId: 'c',
        $causationId: 'c',
        commandId: 'c',
        actor: { type: 'system', id: 'test' },
        occurredAt: '2026-03-01T12:00:00Z',
      }),
    )
    const { position } = await store.append(stream, stored, 'any')
    last = position ?? last
  }

  /** The whole life of one order, as its services would write it. */
  const order = async (n: number): Promise<void> => {
    const orderId = uuidv5(`order ${n}`)
    const of = <Event extends ShopEvent>(event: Event): Event => ({ ...event, orderId })
    await append(`order-${orderId}`, of(orders.placed()))
    await append('stock-CUP', inventory.stockReserved(2, orderId))
    await append(`reservation-${orderId}`, of(inventory.reservationStarted()), of(inventory.inventoryReserved()))
    await append(`payment-${orderId}`, of(payments.paymentRequested()), of(payments.paymentSucceeded()))
    await append(`order-${orderId}`, of(orders.confirmed()))
  }

  const caughtUp = async (): Promise<void> => {
    if (last === undefined) throw new Error('nothing was appended')
    expect(await waitForTables(pool, projectionNames(), last, 20_000), 'caught up').to.equal(true)
  }
  const summary = async () => {
    const { rows } = await pool.query<Record<string, string>>(
      `select (select count(*) from orders where status = 'confirmed' and payment_status = 'succeeded' and fulfilment = 'reserved') as orders,
              (select count(*) from timeline) as timeline, (select reserved from stock where sku = 'CUP') as reserved,
              (select count(*) from products) as products`,
    )
    return rows[0]
  }

  it('fills the tables, and fills them once when it is killed in the midst of it', async () => {
    const first = await startProcess()
    await append('product-CUP', productAdded())
    await append('stock-CUP', inventory.stockReceived(10_000))
    const writing = (async () => {
      for (let from = 0; from < 60; from += 6) await Promise.all([0, 1, 2, 3, 4, 5].map((n) => order(from + n)))
    })()
    await until('some are there', async () =>
      (await pool.query('select 1 from orders limit 1')).rowCount === 1 ? true : undefined,
    )
    first.child.kill('SIGKILL')
    await startProcess()
    await writing
    await caughtUp()
    expect(await summary()).to.deep.equal({ orders: '60', timeline: '420', reserved: '120', products: '1' })
  })

  it('says in its metrics how far behind it is', async () => {
    const url = await startProcess()
    const standby = await (await fetch(`${url.url}/metrics`)).text()
    expect(standby).to.match(/projection_engine_active\{service="projections"\} 0/)
    expect(standby).to.not.match(/projection_lag_seconds\{/)
    children.find((child) => child.exitCode === null && child.signalCode === null)?.kill('SIGTERM')
    const text = await until('it has taken over', async () => {
      const metrics = await (await fetch(`${url.url}/metrics`)).text()
      return metrics.includes('projection_engine_active{service="projections"} 1') ? metrics : undefined
    })
    expect(text).to.match(/projection_lag_seconds\{projection="orders",service="projections"\} \d/)
  })

  it('is rebuilt by the tool while orders come in, to the same tables', async () => {
    const before = await tool('list', '--json')
    const writing = (async () => {
      for (let n = 60; n < 90; n += 1) await order(n)
    })()
    const rebuilt = await tool('rebuild', '--all', '--json')
    await writing
    await caughtUp()
    expect([before.code, rebuilt.code]).to.deep.equal([0, 0])
    const names = (text: string, list: 'projections' | 'results') =>
      (JSON.parse(text) as Record<string, { name: string }[]>)[list]?.map(({ name }) => name).sort()
    expect(names(before.output, 'projections')).to.deep.equal([...projectionNames()].sort())
    expect(names(rebuilt.output, 'results')).to.deep.equal([...projectionNames()].sort())
    const { results } = JSON.parse(rebuilt.output) as { results: { name: string; verification?: Verification }[] }
    const texts = results.map(({ verification }) => verification && verificationText(verification))
    for (const text of texts) expect(text).to.match(/^verified: 0 of [\d,]+ rows differ$/)
    const { rows } = await pool.query('select name, generation from projection_checkpoints order by name')
    expect(rows).to.deep.equal(
      [...projectionNames()].sort().flatMap((name) => [
        { name, generation: 2 },
        { name: `${name}__kept`, generation: 1 },
      ]),
    )
    expect(await summary()).to.deep.equal({ orders: '90', timeline: '630', reserved: '180', products: '1' })
  })

  it('is compared alone on a dry run, in words too, and a damaged row is named', async () => {
    const { rows } = await pool.query<{ sku: string }>('update stock set on_hand = on_hand + 1 returning sku')
    const dry = await tool('rebuild', 'stock', '--dry-run')
    await pool.query('update stock set on_hand = on_hand - 1')
    expect([dry.code, dry.errors]).to.deep.equal([0, ''])
    expect(dry.output.replaceAll(/\d+ events in [\d.]+ s/g, 'EVENTS')).to.equal(
      `stock: built to compare, and dropped, from EVENTS; verified: 1 of 1 rows differ\n  different: 1 (${rows[0]?.sku})\n`,
    )
    expect((await tool('list')).output).to.contain('stock: built anew, verified: 0 of 1 rows differ\n')
  })

  it('is put back by the tool, with what has happened since; who did it is listed', async () => {
    const put = await tool('rollback', 'stock', '--json')
    expect([put.code, put.errors]).to.deep.equal([0, ''])
    const listed = await tool('list')
    expect(listed.output).to.match(/stock: put back by .+ on .+ at 20/)
    expect(await summary()).to.deep.equal({ orders: '90', timeline: '630', reserved: '180', products: '1' })
    await pool.query("delete from projection_checkpoints where name = 'products__kept'")
    const refused = await tool('rollback', 'products')
    expect([refused.code, refused.errors]).to.deep.equal([
      1,
      'no table before products is kept: it has not been replaced lately\n',
    ])
  })

  it('says which checkpoint can not be read and what mends it, goes on with the other tables, and is mended by that', async () => {
    const { child, url } = await startProcess()
    const bad = '18446744073709551615-18446744073709551615'
    const remedy = `its checkpoint holds '${bad}', which is no place in a log; it stands still until it is built anew: npm run projections -- rebuild orders`
    const readiness = async () =>
      (await fetch(`${url}/health/ready`)).json() as Promise<{ reasons?: { name: string; reason: string }[] }>
    // This one is the active one, so that it is the one to say so.
    for (const other of children) if (other !== child) other.kill('SIGTERM')
    await until('it is active', async () =>
      (await (await fetch(`${url}/metrics`)).text()).includes('projection_engine_active{service="projections"} 1')
        ? true
        : undefined,
    )
    await pool.query("update projection_checkpoints set position = $1 where name = 'orders'", [bad])
    const { reasons } = await until('it says so', async () => {
      const found = await readiness()
      return found.reasons === undefined ? undefined : found
    })
    expect(reasons).to.deep.equal([{ name: 'read tables', reason: `orders: ${remedy}` }])
    const listed = await tool('list')
    expect([listed.code, listed.output.includes(`orders: ${remedy}\n`)]).to.deep.equal([0, true])

    await order(90)
    const others = projectionNames().filter((name) => name !== 'orders')
    expect(
      await waitForTables(pool, others, last ?? expect.fail('nothing was appended'), 20_000),
      'the others go on',
    ).to.equal(true)
    expect(await summary()).to.deep.equal({ orders: '90', timeline: '637', reserved: '182', products: '1' })

    const command = /npm run projections -- (.*)$/.exec(remedy)?.[1]?.split(' ') ?? []
    const mended = await tool(...command)
    expect([mended.code, mended.errors]).to.deep.equal([0, ''])
    await until('it is ready', async () => ((await fetch(`${url}/health/ready`)).ok ? true : undefined))
    await order(91)
    await caughtUp()
    expect(await summary()).to.deep.equal({ orders: '92', timeline: '644', reserved: '184', products: '1' })
    expect(child.exitCode).to.equal(null)
  })

  it('has a tool that says what is wrong, by its exit code too', async () => {
    const [unknown, nothingNamed, both, wrongOption, help, table] = await Promise.all([
      tool('rebuild', 'nothing'),
      tool('rebuild'),
      tool('rebuild', 'orders', '--all'),
      tool('list', '--wrong'),
      tool('--help'),
      tool('list'),
    ])
    expect([unknown.code, nothingNamed.code, both.code, wrongOption.code, help.code, table.code]).to.deep.equal([
      2, 2, 2, 2, 0, 0,
    ])
    expect(unknown.errors).to.equal(
      `No read table nothing can be built anew from here. Those that can: ${projectionNames().join(', ')}.\n`,
    )
    for (const name of projectionNames()) expect(table.output).to.contain(name)
    environment = { ...environment, DATABASE_URL: 'postgres://127.0.0.1:1/none' }
    expect((await tool('list')).code).to.equal(1)
  })
})
