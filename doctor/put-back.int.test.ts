import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { startEventStore } from 'eventstoredb-compatible-server/source'
import { shopEvents, type ShopEvent } from '../domain/registry.ts'
import { uuidv5 } from '../domain/shared/ids.ts'
import { connectEventStore } from '../infrastructure/event-store/adapter.ts'
import { createCodec } from '../infrastructure/event-store/codec.ts'
import type { Position } from '../infrastructure/event-store/position.ts'
import { silentLogger } from '../infrastructure/observability/logger.ts'
import { startEngine } from '../infrastructure/projections/engine.ts'
import { nameOf } from '../infrastructure/projections/projection.ts'
import { reasonsNotReady } from '../infrastructure/projections/status.ts'
import { rebuildTables } from '../infrastructure/projections/tool/rebuild-tables.ts'
import { shopProjections } from '../projections/registry.ts'
import { catchUpSource } from '../projections/source.ts'
import { migratedDatabase, type MigratedDatabase } from '../test/processors/database.ts'
import { waitForTables } from '../test/projections/wait-for-tables.ts'
import * as orders from '../test/specifications/order-events.ts'
import { until } from '../test/support/until.ts'
import { openExamined } from './examined.ts'
import { checkLastShown } from './last-shown.ts'
import { checkPlaces } from './places.ts'

const codec = createCodec(shopEvents)
const names = shopProjections.map(nameOf)

/** As the page of backup and restore has it, with the embedded stores. */
describe('an event store that was put back behind the read tables', function () {
  this.timeout(60_000)
  let folder: string
  let database: MigratedDatabase
  let undo: (() => Promise<unknown>)[] = []
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'put-back-'))
    database = await migratedDatabase()
  })
  after(async () => {
    await database.close()
    await rm(folder, { recursive: true, force: true })
  })
  const stopAll = async () => {
    for (const one of undo.reverse()) await one()
    undo = []
  }
  afterEach(stopAll)

  /** Event store and projections, on this data. */
  const start = async (data: string) => {
    const server = await startEventStore({ port: 0, data: join(folder, data) })
    undo.push(() => server.stop())
    const store = await connectEventStore({ url: server.url })
    undo.push(() => store.dispose())
    const engine = startEngine({
      name: 'projections',
      projections: shopProjections,
      decoder: codec,
      source: catchUpSource(store, silentLogger),
      holds: (position) => store.holds(position),
      rebuildCommand: (name) => `rebuild ${name}`,
      pool: database.pool,
      databaseUrl: database.url,
      logger: silentLogger,
      doubtMs: 300,
      heartbeatMs: 200,
    })
    undo.push(() => engine.stop())
    const place = async (n: number): Promise<Position> => {
      const orderId = uuidv5(`order ${n}`)
      const event: ShopEvent = { ...orders.placed(), orderId }
      const stored = codec.encode(event, uuidv5(`placed ${n}`), {
        $correlationId: orderId,
        $causationId: 'c',
        commandId: 'c',
        actor: { type: 'system', id: 'test' },
        occurredAt: '2026-03-01T12:00:00Z',
      })
      const { position } = await store.append(`order-${orderId}`, [stored], 'no_stream')
      if (position === undefined) throw new Error('the store does not say where')
      return position
    }
    const doctor = async () => {
      const examined = await openExamined({ EVENTSTORE_URL: server.url, DATABASE_URL: database.url }, [])
      const [[finding], [shown]] = [await checkPlaces(examined), await checkLastShown(examined)]
      await examined.close()
      return { ...finding, shown }
    }
    return { store, engine, place, doctor }
  }
  const ordersShown = async () =>
    (await database.pool.query<{ orders: number }>('select count(*)::int as orders from orders')).rows[0]?.orders

  it('is named by the projections and by the doctor, and a rebuild makes the tables what the log says', async () => {
    const before = await start('live')
    await before.place(1)
    await cp(join(folder, 'live'), join(folder, 'backup'), { recursive: true })
    await before.place(2)
    // At the place of the first that is lost, the server notes its start: that place is in the log again.
    const last = await before.place(3)
    expect(await waitForTables(database.pool, names, last, 20_000)).to.equal(true)
    const healthy = await before.doctor()
    expect([healthy.state, healthy.shown?.state]).to.deep.equal(['fine', 'fine'])
    await stopAll()

    const { engine, store, place, doctor } = await start('backup')
    await until('the projections name it', () =>
      reasonsNotReady(engine.status()).filter((reason) => reason.includes('is not in the log of the event store'))
        .length === names.length
        ? true
        : undefined,
    )
    const finding = await doctor()
    expect(finding.state).to.equal('wrong')
    expect(finding.seen).to.include('orders').and.include('the event store was put back, or is another one')
    // Also where all places were in the log again.
    expect(finding.shown?.seen).to.match(/^OrderPlaced of order \S+ is shown, and is not in the log$/)
    expect(finding.todo).to.include('npm run projections -- rebuild --all')
    expect(await ordersShown()).to.equal(3)

    const results = await rebuildTables(shopProjections, {
      decoder: codec,
      sourceOf: catchUpSource,
      store,
      pool: database.pool,
      databaseUrl: database.url,
      logger: silentLogger,
      signal: new AbortController().signal,
      setsAside: false,
      onProgress: () => undefined,
    })
    expect(results.filter((result) => 'failed' in result)).to.deep.equal([])
    expect(await waitForTables(database.pool, names, await place(4), 20_000)).to.equal(true)
    expect(await ordersShown()).to.equal(2)
    const mended = await doctor()
    expect([mended.state, mended.shown?.state]).to.deep.equal(['fine', 'fine'])
    await until('nothing stands still', () => (reasonsNotReady(engine.status()).length === 0 ? true : undefined))
  })
})
