import { expect } from 'chai'
import { counters } from '../../test/projections/counters.ts'
import { openCounting, type Counting } from '../../test/projections/counting.ts'
import { until } from '../../test/support/until.ts'
import type { Engine } from './engine.ts'
import type { Source } from './source.ts'
import { reasonsNotReady } from './status.ts'

const failure = (promise: Promise<unknown>): Promise<string> => promise.then(() => 'none', String)

describe('a rebuild of a log in which an event cannot be folded', function () {
  this.timeout(60_000)
  let counting: Counting
  beforeEach(async () => {
    counting = await openCounting()
  })
  afterEach(() => counting.close())

  const histories = async () =>
    (await counting.rows()).map(({ counter, history }) => `${counter}: ${history.join(' ')}`)
  const says = (engine: Engine, words: string) =>
    until(`it says: ${words}`, () => (reasonsNotReady(engine.status()).join() === words ? true : undefined))

  it('sets its row aside where that is asked for, as the live table does, and later ones find it set aside', async () => {
    const { add, start, caughtUp, rebuild, progressOf } = counting
    add('a', 1)
    add('b', 1)
    start()
    const bad = add('a', 2, 'BadEvent')
    add('a', 3)
    await caughtUp('counts')
    const before = await histories()
    expect(before).to.deep.equal(['a: 1', 'b: 1'])
    expect(await failure(rebuild())).to.contain(bad.id)

    const { setAside } = await rebuild({ setsAside: true })
    expect([setAside, await histories()]).to.deep.equal([1, before])
    add('a', 4)
    add('b', 4)
    await caughtUp('counts')
    expect(await histories()).to.deep.equal(['a: 1', 'b: 1 4'])
    const progress = await progressOf('counts')
    expect([progress?.setAsideCount, progress?.setAside.map(({ key, eventId }) => [key, eventId])]).to.deep.equal([
      1,
      [['a', bad.id]],
    ])
  })

  it('sets aside what the database refuses too, also under the lock', async () => {
    const { add, start, caughtUp, rebuild, logged, progressOf } = counting
    add('a', 1)
    add('b', 1e300)
    start()
    await caughtUp('counts')
    let later = false
    const overtaken: Source = async function* (options) {
      for await (const batch of logged.source(options)) {
        if (!later) {
          later = true
          add('c', 1e300)
          add('a', 2)
          await caughtUp('counts')
        }
        yield batch
      }
    }
    const { setAside } = await rebuild({ source: overtaken, setsAside: true })
    expect([setAside, await histories()]).to.deep.equal([2, ['a: 1 2']])
    expect((await progressOf('counts'))?.setAside.map(({ key }) => key)).to.deep.equal(['b', 'c'])
  })

  it('believes the database of what is set aside, after a fault: the answer to a commit may have been lost', async () => {
    const { add, start, caughtUp, rebuild, logged, pool, rows } = counting
    add('a', 1)
    add('a', 2, 'BadEvent')
    for (let n = 0; n < 200; n += 1) add('b', n)
    start()
    await caughtUp('counts')
    let batches = 0
    const rebuilding = rebuild({
      setsAside: true,
      onProgress: () => {
        batches += 1
        if (batches === 1) logged.away = true
      },
    })
    await until('it is away', () => (logged.away ? true : undefined))
    await pool.query(
      `insert into projection_failures (name, key, position, stream, event_id, event_type, error)
       select 'counts__rebuild', 'b', position, 'counter-b', 'some id', 'Added', 'as its answer was lost'
       from projection_failures where name = 'counts__rebuild'`,
    )
    logged.away = false
    expect((await rebuilding).setAside).to.equal(2)
    expect((await rows()).map(({ counter, history }) => [counter, history.length < 200])).to.deep.equal([
      ['a', true],
      ['b', true],
    ])
  })

  describe('that nobody asked for', () => {
    const ofEarlierVersion = async () => {
      const { add, start, caughtUp } = counting
      add('a', 1)
      const bad = add('b', 2, 'BadEvent')
      const old = start()
      await caughtUp('counts')
      await old.stop()
      return bad
    }

    it('ends there: the table stands still, is not said to have everything, and says why and what mends it', async () => {
      const { add, start, caughtUp, rebuild, progressOf } = counting
      const bad = await ofEarlierVersion()
      expect((await progressOf('counts'))?.caughtUp).to.equal(true)
      const newer = counters('counts', { version: 2 })
      const engine = start([newer, counters('beside')])
      const why = await until('it stands still', async () => {
        const standsStill = (await progressOf('counts'))?.standsStill
        return standsStill?.includes('its rebuild failed') === true ? standsStill : undefined
      })
      expect(why).to.contain(bad.id).and.to.contain('rebuild counts, with --set-aside')
      await says(engine, `counts: ${why}`)
      add('a', 3)
      await caughtUp('beside')
      const { caughtUp: isCaughtUp, version } = (await progressOf('counts')) ?? {}
      expect({ isCaughtUp, version }).to.deep.equal({ isCaughtUp: false, version: 1 })
      expect((await progressOf('beside'))?.standsStill).to.equal(undefined)

      await rebuild({ projection: newer, setsAside: true })
      await says(engine, '')
      add('a', 4)
      await caughtUp('counts')
      expect(await histories()).to.deep.equal(['a: 1 3 4'])
      const mended = await until('it has everything', async () => {
        const progress = await progressOf('counts')
        return progress?.caughtUp === true ? progress : undefined
      })
      expect([mended.standsStill, mended.version, mended.setAsideCount]).to.deep.equal([undefined, 2, 1])
    })

    it('comes to its end where rows are to be set aside', async () => {
      const { add, start, caughtUp, progressOf } = counting
      await ofEarlierVersion()
      const engine = start([counters('counts', { version: 2 })], { rebuildSetsAside: true })
      await until('it is built', async () => ((await progressOf('counts'))?.version === 2 ? true : undefined))
      add('a', 3)
      await caughtUp('counts')
      await says(engine, '')
      expect([await histories(), (await progressOf('counts'))?.setAsideCount]).to.deep.equal([['a: 1 3'], 1])
    })
  })

  it('nobody is said to have everything who has fallen silent', async () => {
    const { add, start, caughtUp, progressOf, pool } = counting
    add('a', 1)
    const engine = start()
    await caughtUp('counts')
    await until('it has everything', async () => ((await progressOf('counts'))?.caughtUp === true ? true : undefined))
    await engine.stop()
    await pool.query("update projection_checkpoints set updated_at = now() - interval '16 seconds'")
    expect((await progressOf('counts'))?.caughtUp).to.equal(false)
  })
})
