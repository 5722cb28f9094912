import { expect } from 'chai'
import { counters } from '../../test/projections/counters.ts'
import { openCounting, type Counting } from '../../test/projections/counting.ts'
import { openProxy, type SwitchableProxy } from '../../test/projections/switchable-proxy.ts'
import { positionOfTables } from '../../test/projections/wait-for-tables.ts'
import { until } from '../../test/support/until.ts'

describe('the projection engine', function () {
  this.timeout(60_000)
  let counting: Counting
  beforeEach(async () => {
    counting = await openCounting()
  })
  let proxies: SwitchableProxy[] = []
  afterEach(async () => {
    await Promise.all(proxies.map((proxy) => proxy.down()))
    proxies = []
    await counting.close()
  })

  const proxyTo = async (target: string): Promise<SwitchableProxy> => {
    const proxy = await openProxy(target)
    proxies.push(proxy)
    return proxy
  }

  it('folds what was there and what comes, each event once and in order', async () => {
    const { add, start, caughtUp, logged, rows, expected } = counting
    for (let n = 0; n < 230; n += 1) add(`c${n % 7}`, n)
    start()
    await caughtUp('counts')
    add('c1', 1000)
    logged.append('other-1', 'Added', { counter: 'c1', by: 5 })
    add('c1', 0, 'UnknownType')
    add('c2', 0, 'Removed')
    add('c3', 7, 'Nothing')
    await caughtUp('counts')
    expect(await rows()).to.deep.equal(expected())
    expect((await rows()).map(({ counter }) => counter)).to.deep.equal(['c0', 'c1', 'c3', 'c4', 'c5', 'c6'])
  })

  it('says how far it is, how far behind, and that it has caught up', async () => {
    const { add, start, caughtUp, progressOf, isAtHead, pool } = counting
    const engine = start()
    add('a', 1)
    await caughtUp('counts')
    const progress = await until('caught up', async () => {
      const found = await progressOf('counts')
      return found?.caughtUp === true ? found : undefined
    })
    expect([progress.version, progress.lagSeconds, progress.setAside, progress.rebuild]).to.deep.equal([
      1,
      0,
      [],
      undefined,
    ])
    expect(isAtHead(progress)).to.equal(true)
    const [status] = engine.status().projections
    expect([status?.state, status?.caughtUp, status?.lagSeconds]).to.deep.equal(['live', true, 0])
    expect(await positionOfTables(pool, ['counts', 'missing'])).to.equal(undefined)
  })

  it('goes on where it was after a stop, with tables at different places', async () => {
    const { add, start, caughtUp, rows, expected } = counting
    add('a', 1)
    const first = start()
    await caughtUp('counts')
    await first.stop()
    add('a', 2)
    add('b', 3)
    start([counters('counts'), counters('newer')])
    await caughtUp('counts', 'newer')
    expect(await rows('counts')).to.deep.equal(expected())
    expect(await rows('newer')).to.deep.equal(expected())
  })

  it('sets aside the row whose fold throws, and the later events of it; the rest goes on', async () => {
    const { add, start, caughtUp, rows, progressOf } = counting
    add('good', 1)
    add('bad', 1)
    const poison = add('bad', 5, 'Poison')
    add('bad', 7)
    add('good', 2)
    add('unreadable', 1)
    const unreadable = add('unreadable', 1, 'BadSchema')
    const engine = start()
    await caughtUp('counts')
    add('bad', 9)
    add('good', 3)
    await caughtUp('counts')
    expect((await rows()).map(({ counter, history }) => [counter, history])).to.deep.equal([
      ['bad', [1]],
      ['good', [1, 2, 3]],
      ['unreadable', [1]],
    ])
    expect(
      (await progressOf('counts'))?.setAside.map(({ key, eventId, error }) => [key, eventId, error]),
    ).to.deep.equal([
      ['bad', poison.id, 'a poisoned event'],
      ['unreadable', unreadable.id, 'does not fit its schema'],
    ])
    await engine.stop()
    start()
    add('bad', 11)
    add('good', 4)
    await caughtUp('counts')
    expect((await rows()).map(({ history }) => history)).to.deep.equal([[1], [1, 2, 3, 4], [1]])
  })

  it('sets aside the row that the database refuses, and writes what it cannot store as text', async () => {
    const { add, start, caughtUp, rows, progressOf, logged } = counting
    add('good', 1)
    // Too long for the index on it, even compressed.
    const noise = Array.from({ length: 20_000 }, (_, n) => String.fromCodePoint(0x4e00 + ((n * 7919) % 20_000))).join(
      '',
    )
    logged.append('counter-huge', 'Added', { counter: 'huge', by: 1, note: noise })
    logged.append('counter-nul', 'Added', { counter: 'nul', by: 1, note: 'a\0b\ud800c' })
    logged.append('counter-key', 'Added', { counter: 'k\0', by: 1 })
    start()
    await caughtUp('counts')
    expect((await rows()).map(({ counter, note }) => [counter, note])).to.deep.equal([
      ['good', null],
      ['nul', 'a\ufffdb\ufffdc'],
    ])
    expect((await progressOf('counts'))?.setAside.map(({ key }) => key)).to.deep.equal(['huge', 'k\ufffd'])
  })

  it('writes nothing from where a table no longer is, and takes up from where it is', async () => {
    const { add, start, caughtUp, rows, pool } = counting
    add('a', 1)
    add('a', 2)
    start()
    await caughtUp('counts')
    await pool.query(
      "begin; delete from counts; update projection_checkpoints set position = null where name = 'counts'; commit",
    )
    add('a', 3)
    await caughtUp('counts')
    expect((await rows()).map(({ history }) => history)).to.deep.equal([[1, 2, 3]])
  })

  it('has one active instance; the other takes over when it goes', async () => {
    const { add, start, caughtUp, rows, expected } = counting
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

  it('keeps one connection while it stands by, and takes over on that', async () => {
    const { add, start, caughtUp, url, pool } = counting
    const leader = start()
    add('a', 1)
    await caughtUp('counts')
    const proxy = await proxyTo(url)
    const standby = start(undefined, { url: proxy.url })
    const asked = new Set<number>()
    await until('it has asked often', async () => {
      const { rows } = await pool.query<{ at: Date }>(
        "select query_start as at from pg_stat_activity where datname = current_database() and query like 'select pg_try_advisory_lock%'",
      )
      for (const { at } of rows) asked.add(at.getTime())
      return asked.size >= 20 ? true : undefined
    })
    expect(standby.status().state).to.deep.equal({ role: 'standby' })
    expect(proxy.connections()).to.equal(1)
    await leader.stop()
    await until('it is active', () => (standby.status().state.role === 'active' ? true : undefined))
    expect(proxy.connections()).to.equal(1)
  })
})
