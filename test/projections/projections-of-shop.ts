import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { startEventStore } from 'eventstoredb-compatible-server/source'
import { shopEvents, type ShopEvent } from '../../domain/registry.ts'
import { uuidv5 } from '../../domain/shared/ids.ts'
import { connectEventStore } from '../../infrastructure/event-store/adapter.ts'
import { createCodec } from '../../infrastructure/event-store/codec.ts'
import type { Position } from '../../infrastructure/event-store/position.ts'
import { silentLogger } from '../../infrastructure/observability/logger.ts'
import { nameOf } from '../../infrastructure/projections/projection.ts'
import { openPool } from '../../infrastructure/postgres/pool.ts'
import { shopProjections } from '../../projections/registry.ts'
import * as inventory from '../specifications/inventory-events.ts'
import * as orders from '../specifications/order-events.ts'
import * as payments from '../specifications/payment-events.ts'
import { productAdded } from '../specifications/product-events.ts'
import { childEnvironment } from '../support/child-environment.ts'
import { migratedTestDatabase } from '../support/postgres.ts'
import { until } from '../support/until.ts'
import { waitForTables } from './wait-for-tables.ts'

const root = join(import.meta.dirname, '..', '..')
const codec = createCodec(shopEvents)
export const projectionNames: readonly string[] = shopProjections.map(nameOf)

/** Stores, a log that is written as the services would write it, and the projections as processes and as a command. */
export const openProjectionsOfShop = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'projections-'))
  const database = await migratedTestDatabase()
  const pool = openPool({ url: database.url, applicationName: 'test', logger: silentLogger })
  const server = await startEventStore({ host: '127.0.0.1', port: 0, data: join(folder, 'event-store') })
  const url = `esdb://127.0.0.1:${server.port}?tls=false`
  const store = await connectEventStore({ url })
  const environment: NodeJS.ProcessEnv = {
    ...childEnvironment,
    EVENTSTORE_URL: url,
    DATABASE_URL: database.url,
    PROJECTIONS_PORT: '0',
    LOG_FORMAT: 'json',
    SHUTDOWN_DELAY_SECONDS: '0',
  }
  const children: ChildProcess[] = []
  let ids = 0
  let last: Position | undefined

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

  const toolIn = async (
    changed: NodeJS.ProcessEnv,
    ...args: readonly string[]
  ): Promise<{ readonly code: number | null; readonly output: string; readonly errors: string }> => {
    const child = spawn(process.execPath, ['projections/cli.ts', ...args], {
      cwd: root,
      env: { ...environment, ...changed },
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

  /** These tables have all that was appended. */
  const caughtUp = async (names: readonly string[] = projectionNames): Promise<void> => {
    if (last === undefined) throw new Error('nothing was appended')
    expect(await waitForTables(pool, names, last, 20_000), 'caught up').to.equal(true)
  }
  const summary = async () => {
    const { rows } = await pool.query<Record<string, string>>(
      `select (select count(*) from orders where status = 'confirmed' and payment_status = 'succeeded' and fulfilment = 'reserved') as orders,
              (select count(*) from timeline) as timeline, (select reserved from stock where sku = 'CUP') as reserved,
              (select count(*) from products) as products`,
    )
    return rows[0]
  }

  const stocked = async (): Promise<void> => {
    await append('product-CUP', productAdded())
    await append('stock-CUP', inventory.stockReceived(10_000))
  }

  return {
    pool,
    children,
    startProcess,
    /** As a command, with these variables otherwise. */
    toolIn,
    tool: (...args: readonly string[]) => toolIn({}, ...args),
    stocked,
    order,
    caughtUp,
    summary,
    async close() {
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
    },
  }
}
export type ProjectionsOfShop = Awaited<ReturnType<typeof openProjectionsOfShop>>
