import { join } from 'node:path'
import { expect } from 'chai'
import { counterDecoder, counters, countersTable, type CounterRow } from '../../test/projections/counters.ts'
import { createLogSource, type LogSource } from '../../test/projections/log-source.ts'
import { testDatabase, type TestDatabase } from '../../test/support/postgres.ts'
import { until } from '../../test/support/until.ts'
import { comparePositions } from '../event-store/position.ts'
import { silentLogger } from '../observability/logger.ts'
import { migrate } from '../postgres/migrations.ts'
import { openPool, type Pool } from '../postgres/pool.ts'
import { startEngine, type Engine } from './engine.ts'
import { positionOfTables, projectionProgress, waitForTables } from './progress.ts'
import type { AnyProjection } from './projection.ts'
import type { CounterEvent } from '../../test/projections/counters.ts'
import { rebuildProjection } from './rebuild.ts'
import { reasonsNotReady } from './status.ts'
import { selectList } from './table.ts'

const migrations = join(import.meta.dirname, '../../migrations')

describe('the projection engine', function () {
  this.timeout(60_000)
  let database: TestDatabase
  let pool: Pool
  let logged: LogSource
  const engines: Engine[] = []

  beforeEach(async () => {
    database = await testDatabase()
    await migrate({ url: database.url, folder: migrations, waitLimitMs: 10_000 })
    pool = openPool({ url: database.url, applicationName: 'engine test', logger: silentLogger })
    logged = createLogSource()
  })
  afterEach(async () => {
    await Promise.all(engines.splice(0).map((engine) => engine.stop()))
    await pool.end()
    await database.drop()
  })

  const start = (projections: readonly AnyProjection<CounterEvent>[] = [counters('counts')], more: { readonly pool?: Pool; readonly source?: LogSource['source'] } = {}) => {
    const engine = startEngine({
      name: 'counters', projections, decoder: counterDecoder, source: more.source ?? logged.source, pool: more.pool ?? pool,
      databaseUrl: database.url, logger: silentLogger, heartbeatMs: 100, takeOverEveryMs: 30,
    })
    engines.push(engine)
    return engine
  }
  const add = (counter: string, by: number, type = 'Added') => logged.append(`counter-${counter}`, type, { counter, by })
  const head = () => {
    const last = logged.log.at(-1)
    if (last === undefined) throw new Error('nothing was appended')
    return last.position
  }
  const caughtUp = async (...names: string[]) => {
    expect(await waitForTables(pool, names, head(), { limitMs: 20_000 }), 'caught up').to.equal(true)
  }
  const rows = async (name = 'counts') =>
    (await pool.query<CounterRow>(`select ${selectList(countersTable(name))} from ${name} order by counter`)).rows
  /** What a plain fold over the whole log gives, without engine or database. */
  const expected = (): CounterRow[] => {
    const states = new Map<string, CounterRow>()
    const projection = counters('any')
    for (const stored of logged.log) {
      const recorded = counterDecoder.decode(stored)
      if (recorded === undefined) continue
      const { counter } = recorded.event
      const next = projection.evolve(states.get(counter), recorded, counter)
      if (next === 'delete') states.delete(counter)
      else if (next !== 'same') states.set(counter, next)
    }
    return [...states.values()].sort((a, b) => (a.counter < b.counter ? -1 : 1))
  }
  const rebuild = (projection = counters('counts'), signal = new AbortController().signal) =>
    rebuildProjection({ projection, decoder: counterDecoder, source: logged.source, pool, databaseUrl: database.url, logger: silentLogger, signal })
  const progressOf = async (name: string) => (await projectionProgress(pool)).find((progress) => progress.name === name)

  it('folds what was there and what comes, each event once and in order', async () => {
    for (let n = 0; n < 230; n += 1) add(`c${n % 7}`, n)
    start()
    await caughtUp('counts')
    add('c1', 1000)
    logged.append('other-1', 'Added', { counter: 'c1', by: 5 })
    add('c1', 0, 'UnknownType')
    add('c2', 0, 'Removed')
    add('c3', 7, 'Nothing')
    await caughtUp('counts')
    const counted = expected().map((row) => (row.counter === 'c1' ? { ...row, sum: row.sum - 5, history: row.history.slice(0, -1) } : row))
    const lastOfC1 = logged.log[230]?.created.toISOString()
    expect(await rows()).to.deep.equal(counted.map((row) => (row.counter === 'c1' ? { ...row, lastAt: lastOfC1 } : row)))
  })

  it('says how far it is, how far behind, and that it has caught up', async () => {
    const engine = start()
    add('a', 1)
    await caughtUp('counts')
    const progress = await until('caught up', async () => {
      const found = await progressOf('counts')
      return found?.caughtUp === true ? found : undefined
    })
    expect([progress.version, progress.lagSeconds, progress.setAside, progress.rebuild]).to.deep.equal([1, 0, [], undefined])
    expect(comparePositions(progress.position ?? { commit: 0n, prepare: 0n }, head())).to.equal(0)
    const [status] = engine.status().projections
    expect([status?.state, status?.caughtUp, status?.lagSeconds]).to.deep.equal(['live', true, 0])
    expect(await positionOfTables(pool, ['counts', 'missing'])).to.equal(undefined)
  })

  it('goes on where it was after a stop, with tables at different places', async () => {
    add('a', 1)
    await (async () => { const first = start(); await caughtUp('counts'); await first.stop() })()
    add('a', 2)
    add('b', 3)
    start([counters('counts'), counters('newer')])
    await caughtUp('counts', 'newer')
    expect(await rows('counts')).to.deep.equal(expected())
    expect(await rows('newer')).to.deep.equal(expected())
  })

  it('sets aside the row whose fold throws, and the later events of it; the rest goes on', async () => {
    add('good', 1)
    add('bad', 1)
    const poison = add('bad', 5, 'Poison')
    add('bad', 7)
    add('good', 2)
    add('unreadable', 1)
    add('unreadable', 1, 'BadSchema')
    const engine = start()
    await caughtUp('counts')
    add('bad', 9)
    add('good', 3)
    await caughtUp('counts')
    expect((await rows()).map(({ counter, history }) => [counter, history])).to.deep.equal([['bad', [1]], ['good', [1, 2, 3]], ['unreadable', [1]]])
    const progress = await progressOf('counts')
    expect(progress?.setAside.map(({ key, eventId, error }) => [key, eventId, error])).to.deep.equal([
      ['bad', poison.id, 'a poisoned event'], ['unreadable', 'event-6', 'does not fit its schema'],
    ])
    await engine.stop()
    start()
    add('bad', 11)
    add('good', 4)
    await caughtUp('counts')
    expect((await rows()).map(({ history }) => history)).to.deep.equal([[1], [1, 2, 3, 4], [1]])
  })

  it('sets aside the row that the database refuses, and writes what it cannot store as text', async () => {
    add('good', 1)
    // Too long for the index on it, even compressed.
    const noise = Array.from({ length: 20_000 }, (_, n) => String.fromCodePoint(0x4e00 + ((n * 7919) % 20_000))).join('')
    logged.append('counter-huge', 'Added', { counter: 'huge', by: 1, note: noise })
    logged.append('counter-nul', 'Added', { counter: 'nul', by: 1, note: 'a\0b\ud800c' })
    logged.append('counter-key', 'Added', { counter: 'k\0', by: 1 })
    start()
    await caughtUp('counts')
    expect((await rows()).map(({ counter, note }) => [counter, note])).to.deep.equal([['good', null], ['nul', 'a\ufffdb\ufffdc']])
    expect((await progressOf('counts'))?.setAside.map(({ key }) => key)).to.deep.equal(['huge', 'k\ufffd'])
  })

  it('writes nothing when somebody else has moved a table, and takes up from there', async () => {
    add('a', 1)
    start()
    await caughtUp('counts')
    // As another instance would have done it: the same event folded, and the checkpoint behind it.
    const next = add('a', 2)
    await caughtUp('counts')
    await pool.query("update projection_checkpoints set position = '0000000000000000000-0000000000000000000' where name = 'counts'")
    await pool.query('delete from counts')
    add('a', 3)
    await caughtUp('counts')
    expect((await rows()).map(({ history }) => history)).to.deep.equal([[1, 2, 3]])
    expect(next.revision).to.equal(1n)
  })

  it('neither loses nor repeats anything when its connections are cut again and again', async () => {
    start()
    const cut = openPool({ url: database.url, applicationName: 'cutter', logger: silentLogger, max: 1 })
    for (let n = 0; n < 600; n += 1) {
      add(`c${n % 11}`, n)
      if (n % 60 === 30) {
        await cut.query("select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name <> 'cutter'")
      }
      if (n % 10 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    await cut.end()
    await until('all is there again', async () => (await waitForTables(pool, ['counts'], head(), { limitMs: 1_000 })) || undefined)
    expect(await rows()).to.deep.equal(expected())
  })

  it('waits for an event store that is away, says so, and goes on by itself', async () => {
    add('a', 1)
    const engine = start()
    await caughtUp('counts')
    logged.away = true
    await until('it says so', () => (engine.status().state.role === 'away' ? true : undefined))
    expect(reasonsNotReady(engine.status())).to.deep.equal(['the event store is away'])
    add('a', 2)
    logged.away = false
    await caughtUp('counts')
    expect(await rows()).to.deep.equal(expected())
    await until('it is ready', () => (reasonsNotReady(engine.status()).length === 0 ? true : undefined))
  })

  it('has one active instance; the other takes over when it goes', async () => {
    const [first, second] = [start(), start()]
    const roles = () => [first, second].map((engine) => engine.status().state.role).sort()
    add('a', 1)
    await until('one is active', () => (roles().join() === 'active,standby' ? true : undefined))
    for (let n = 0; n < 100; n += 1) add('a', n)
    const active = first.status().state.role === 'active' ? first : second
    await active.stop()
    add('a', 7)
    await caughtUp('counts')
    await until('the other is active', () => (roles().join() === 'active,stopped' ? true : undefined))
    expect(await rows()).to.deep.equal(expected())
  })

  it('rebuilds beside the live table while events flow, and swaps: equal to the live one', async () => {
    for (let n = 0; n < 500; n += 1) add(`c${n % 13}`, n)
    start([counters('counts'), counters('untouched')])
    await caughtUp('counts', 'untouched')
    await pool.query('update counts set sum = -1')
    let flowing = true
    const flow = (async () => {
      for (let n = 0; flowing; n += 1) {
        add(`c${n % 13}`, n)
        await new Promise((resolve) => { setTimeout(resolve, 1) })
      }
    })()
    await rebuild()
    const generation = await pool.query<{ generation: number }>("select generation from projection_checkpoints where name = 'counts'")
    flowing = false
    await flow
    await caughtUp('counts', 'untouched')
    expect(generation.rows).to.deep.equal([{ generation: 2 }])
    expect(await rows('counts')).to.deep.equal(expected())
    expect(await rows('untouched')).to.deep.equal(expected())
    const left = await pool.query("select 1 from pg_tables where tablename like '%rebuild%'")
    expect(left.rowCount).to.equal(0)
  })

  it('is strict in a rebuild: names the event, and leaves the live table as it was', async () => {
    add('a', 1)
    let poisonous = true
    const projection = counters('counts', { poison: () => poisonous })
    const poison = add('a', 5, 'Poison')
    start([projection])
    await caughtUp('counts')
    const error = await rebuild(projection).then(() => undefined, (fault: unknown) => fault)
    expect((error as Error).name).to.equal('FoldFault')
    expect((error as Error).message).to.contain(poison.id).and.contain('a poisoned event')
    poisonous = false
    await rebuild(projection)
    add('a', 6)
    await caughtUp('counts')
    expect((await rows()).map(({ history }) => history)).to.deep.equal([[1, 5, 6]])
    expect((await progressOf('counts'))?.setAsideCount).to.equal(0)
  })

  it('begins a rebuild anew after one that was killed, and refuses a second beside a running one', async () => {
    for (let n = 0; n < 300; n += 1) add('a', n)
    start()
    await caughtUp('counts')
    const killing = new AbortController()
    const halfway = rebuildProjection({
      projection: counters('counts'), decoder: counterDecoder, source: logged.source, pool, databaseUrl: database.url,
      logger: silentLogger, signal: killing.signal, onProgress: () => killing.abort(),
    })
    expect(await halfway.then(() => 'done', (error: unknown) => (error as Error).name)).to.equal('RebuildRefused')
    expect((await progressOf('counts'))?.rebuild?.share).to.be.greaterThan(0).and.lessThan(1)
    const results = await Promise.allSettled([rebuild(), rebuild()])
    expect(results.map(({ status }) => status).sort()).to.deep.equal(['fulfilled', 'rejected'])
    await caughtUp('counts')
    expect(await rows()).to.deep.equal(expected())
  })

  it('builds a table of an older version anew by itself, and leaves one of a newer version alone', async () => {
    add('a', 1)
    const old = start()
    await caughtUp('counts')
    await old.stop()
    const newer = start([counters('counts', { version: 2 })])
    await until('it is of the new version', async () => ((await progressOf('counts'))?.version === 2 ? true : undefined))
    add('a', 2)
    await caughtUp('counts')
    expect(await rows()).to.deep.equal(expected())
    await until('it is live', () => (newer.status().projections[0]?.state === 'live' ? true : undefined))
    await newer.stop()
    const older = start([counters('counts', { version: 1 }), counters('beside')])
    add('a', 3)
    await caughtUp('beside')
    expect(reasonsNotReady(older.status())).to.have.length(1)
    expect((await rows()).map(({ history }) => history)).to.deep.equal([[1, 2]])
  })
})
