import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect } from 'chai'
import { startEventStore, type EventStore as Server } from 'eventstoredb-compatible-server/source'
import { shopEvents } from '../../domain/registry.ts'
import { connectEventStore } from '../../infrastructure/event-store/adapter.ts'
import { createCodec } from '../../infrastructure/event-store/codec.ts'
import type { EventStore } from '../../infrastructure/event-store/port.ts'
import { silentLogger } from '../../infrastructure/observability/logger.ts'
import { nameOf } from '../../infrastructure/projections/projection.ts'
import { reasonsNotReady } from '../../infrastructure/projections/status.ts'
import { migratedDatabase, type MigratedDatabase } from '../../test/processors/database.ts'
import { createShop } from '../../test/processors/shop.ts'
import { waitForTables } from '../../test/projections/wait-for-tables.ts'
import { childEnvironment } from '../../test/support/child-environment.ts'
import { until } from '../../test/support/until.ts'
import { followUpFolds } from './folds.ts'
import { startFollowUps, type FollowUps } from './start.ts'

const root = join(import.meta.dirname, '../..')
const bad = '18446744073709551615-18446744073709551615'
const names = followUpFolds.map(nameOf)

describe('the tables of the follow-ups', function () {
  this.timeout(120_000)
  let database: MigratedDatabase
  let server: Server
  let store: EventStore
  let followUps: FollowUps
  before(async () => {
    database = await migratedDatabase()
    server = await startEventStore({ port: 0, data: 'memory' })
    store = await connectEventStore({ url: server.url })
    followUps = startFollowUps({
      store,
      codec: createCodec(shopEvents),
      pool: database.pool,
      databaseUrl: database.url,
      logger: silentLogger,
      everyMs: 60_000,
      firstDelayMs: 0,
      rebuildSetsAside: false,
      passes: {},
      draining: new AbortController().signal,
    })
  })
  after(async () => {
    await followUps.close()
    await store.dispose()
    await server.stop()
    await database.close()
  })

  const tool = async (
    ...args: readonly string[]
  ): Promise<{ readonly code: number | null; readonly output: string; readonly errors: string }> => {
    const environment = { ...childEnvironment, EVENTSTORE_URL: server.url, DATABASE_URL: database.url }
    const child = spawn(process.execPath, ['processors/follow-ups/cli.ts', ...args], {
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

  const caughtUp = async () => {
    const head = (await store.headPosition()) ?? expect.fail('the log is empty')
    expect(await waitForTables(database.pool, names, head, 30_000), 'caught up').to.equal(true)
  }
  const rows = async (name: string): Promise<readonly object[]> =>
    (await database.pool.query<object>(`select * from ${name} order by 1, 2`)).rows
  const says = (words: string) =>
    until(`it says: ${words}`, () => (reasonsNotReady(followUps.status()).join() === words ? true : undefined))

  it('are built anew by the command that is named where one stands still, while the others go on', async () => {
    const shop = createShop()
    await shop.stock('A', 5)
    await shop.place({ A: 2 })
    const write = async (from: number) => {
      for (const { id, stream, type, data, metadata } of shop.store.log.slice(from)) {
        // As this shop in memory has written them.
        await store.append(
          stream,
          [{ id, type, data: data as Record<string, unknown>, metadata: metadata as Record<string, unknown> }],
          'any',
        )
      }
    }
    await write(0)
    await caughtUp()
    const before = await rows('orders_in_progress')
    expect(before).to.have.length(1)

    await database.pool.query("update projection_checkpoints set position = $1 where name = 'orders_in_progress'", [
      bad,
    ])
    const command = 'npm run follow-ups -- rebuild orders_in_progress'
    const reason = `orders_in_progress: its checkpoint holds '${bad}', which is no place in a log; it stands still until it is built anew: ${command}`
    await says(reason)
    expect((await tool('list')).output).to.include(`${reason}\n`)

    const written = shop.store.log.length
    await shop.run('inventory', 'payment', 'order')
    await write(written)
    const others = names.filter((name) => name !== 'orders_in_progress')
    const head = (await store.headPosition()) ?? expect.fail('the log is empty')
    expect(await waitForTables(database.pool, others, head, 30_000), 'the others go on').to.equal(true)
    expect(await rows('orders_in_progress')).to.deep.equal(before)

    const mended = await tool(...command.split(' ').slice(4))
    expect([mended.code, mended.errors]).to.deep.equal([0, ''])
    await says('')
    await caughtUp()
    expect(await rows('orders_in_progress')).to.not.deep.equal(before)
  })

  it('are built anew past an event that somebody has written by hand, where that is asked for', async () => {
    const id = '00000000-0000-4000-8000-00000000bad0'
    await store.append('order-by-hand', [{ id, type: 'OrderPlaced', data: { by: 'hand' }, metadata: {} }], 'any')
    await caughtUp()
    const before = await rows('orders_in_progress')
    const strict = await tool('rebuild', 'orders_in_progress')
    expect([strict.code, strict.output.includes(`OrderPlaced ${id}`)]).to.deep.equal([1, true])
    const asked = await tool('rebuild', 'orders_in_progress', '--set-aside')
    expect([asked.code, asked.errors]).to.deep.equal([0, ''])
    expect(asked.output).to.contain('rows set aside: 1, shown by list')
    expect((await tool('list')).output).to.contain(
      `orders_in_progress: row by-hand is set aside since OrderPlaced ${id}`,
    )
    expect(await rows('orders_in_progress')).to.deep.equal(before)
  })

  it('are built anew by nobody else: the tool of each kind of table knows its own', async () => {
    const { code, errors } = await tool('rebuild', 'orders')
    expect([code, errors]).to.deep.equal([
      2,
      `No read table orders can be built anew from here. Those that can: ${names.join(', ')}.\n`,
    ])
  })
})
