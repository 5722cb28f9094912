import { expect } from 'chai'
import { counters } from '../../test/projections/counters.ts'
import { openCounting, type Counting } from '../../test/projections/counting.ts'
import { openDyingPool } from '../../test/projections/dying-pool.ts'
import { silentLogger } from '../observability/logger.ts'
import { ReplacementRefused } from './replacement-refused.ts'
import type { Source } from './source.ts'

const refusal = async (promise: Promise<unknown>): Promise<string> => {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (error instanceof ReplacementRefused) return error.message
  throw error instanceof Error ? error : new Error('it should have been refused')
}

describe('a rollback', function () {
  this.timeout(60_000)
  let counting: Counting
  beforeEach(async () => {
    counting = await openCounting()
    for (let n = 0; n < 120; n += 1) counting.add(`c${n % 7}`, n)
  })
  afterEach(() => counting.close())

  /** From here on the live table can be told from one that is built anew: no event has such a note. */
  const marked = () => counting.pool.query("update counts set note = 'former'")
  const isFormer = async () => {
    const notes = new Set((await counting.rows()).map(({ note }) => note))
    expect(notes.size, 'one table or the other').to.equal(1)
    return notes.has('former')
  }
  /** Also of a table that is marked. */
  const isWhole = async () =>
    expect((await counting.rows()).map((row) => ({ ...row, note: null }))).to.deep.equal(counting.expected())

  /** The marked table is kept, and the engine is at rest. */
  const rebuilt = async () => {
    const engine = counting.start()
    await counting.caughtUp('counts')
    await engine.stop()
    await marked()
    await counting.rebuild()
  }

  it('puts the table back that was replaced, with what has happened since; it goes on, and that can be taken back', async () => {
    const { add, start, caughtUp, rollBack, rebuild, progressOf } = counting
    start()
    await caughtUp('counts')
    await marked()
    await rebuild()
    add('c1', 1)
    await caughtUp('counts')
    expect(await isFormer()).to.equal(false)
    expect(await rollBack()).to.include({ events: 1, setAside: 0 })
    expect(await isFormer()).to.equal(true)
    await isWhole()
    add('c2', 2)
    await caughtUp('counts')
    await isWhole()
    const { kept, putBack, version } = (await progressOf('counts')) ?? expect.fail('it is gone')
    expect([kept?.generation, kept?.version, version, putBack?.by]).to.deep.equal([2, 1, 1, 'olga'])

    await rollBack({ by: 'otto' })
    expect(await isFormer()).to.equal(false)
    add('c3', 3)
    await caughtUp('counts')
    await isWhole()
    const again = await progressOf('counts')
    expect([again?.kept?.generation, again?.putBack?.by]).to.deep.equal([3, 'otto'])
    await rebuild()
    const anew = await progressOf('counts')
    expect([anew?.kept?.generation, anew?.putBack]).to.deep.equal([4, undefined])
  })

  it('shows readers one table or the other, whole, and never takes them back; nobody waits crosswise', async () => {
    const { add, start, caughtUp, pool, rollBack, rebuild } = counting
    const faults: unknown[] = []
    start(undefined, { logger: { ...silentLogger, warn: (message, fields) => void faults.push([message, fields]) } })
    await caughtUp('counts')
    await marked()
    await rebuild()
    let going = true
    const seen: { position: string; events: number; tables: number }[] = []
    const reading = (async () => {
      while (going) {
        add('c1', 1)
        const { rows } = await pool.query<(typeof seen)[number]>(
          `select position, (select sum(jsonb_array_length(history)) from counts)::integer as events,
                  (select count(distinct note is null) from counts)::integer as tables
           from projection_checkpoints where name = 'counts'`,
        )
        seen.push(...rows)
      }
    })()
    for (let times = 0; times < 4; times += 1) await rollBack()
    going = false
    await reading
    await caughtUp('counts')
    expect(seen.map(({ position }) => position)).to.deep.equal(seen.map(({ position }) => position).sort())
    expect(seen.filter(({ tables }) => tables !== 1)).to.deep.equal([])
    // An event stands at ten times its number.
    expect(seen.filter(({ position, events }) => Number(position.split('-')[0]) !== events * 10)).to.deep.equal([])
    expect(faults).to.deep.equal([])
    await isWhole()
  })

  it('has happened, or has not, wherever whoever does it dies; and can be done again', async () => {
    await rebuilt()
    const { add, pool, url, rollBack, progressOf } = counting
    let outcomes = ''
    for (let after = 1; ; after += 1) {
      add('c1', after)
      const before = await isFormer()
      const generation = (await progressOf('counts'))?.kept?.generation
      const dying = openDyingPool(url, pool, after)
      const fault = await rollBack({ pool: dying.pool }).catch((error: unknown) => error)
      await dying.end()
      const swapped = (await isFormer()) !== before
      const isAnotherKept = (await progressOf('counts'))?.kept?.generation !== generation
      expect(isAnotherKept, `the kept one after ${after} statements`).to.equal(swapped)
      if (!dying.died()) {
        expect(swapped).to.equal(true)
        break
      }
      expect(String(fault)).to.contain('Died')
      outcomes += swapped ? 'x' : '.'
    }
    // The commit is the last of them.
    expect(outcomes).to.match(/^\.{15,}x$/)
    await isWhole()
    expect((await pool.query("select from pg_tables where tablename like '%leaving%'")).rowCount).to.equal(0)
    counting.start()
    add('c2', 1)
    await counting.caughtUp('counts')
    await isWhole()
  })

  it('is done once when two ask for the same one at once', async () => {
    await rebuilt()
    const { rollBack, progressOf } = counting
    const asked = await Promise.allSettled([rollBack({ by: 'olga' }), rollBack({ by: 'otto' })])
    const done = asked.flatMap(({ status }, at) => (status === 'fulfilled' ? [['olga', 'otto'][at]] : []))
    expect(done.length).to.equal(1)
    const [refused] = asked.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []))
    expect(refused).to.be.instanceOf(ReplacementRefused)
    expect([await isFormer(), (await progressOf('counts'))?.putBack?.by]).to.deep.equal([true, done[0]])
    // Whoever comes later and has seen what the first one saw means a table that is not kept any more.
    expect(await refusal(rollBack({ generation: 1 }))).to.contain('another table of counts is kept by now')
    expect(await isFormer()).to.equal(true)
  })

  it('waits for no rebuild, and lets none begin: one of them at a time', async () => {
    await rebuilt()
    const { rollBack, rebuild, logged } = counting
    const said: string[] = []
    const withOthersBeside: Source = async function* (options) {
      for await (const batch of logged.source(options)) {
        if (said.length === 0) said.push(await refusal(rebuild()), await refusal(rollBack()))
        yield batch
      }
    }
    counting.add('c1', 1)
    await rollBack({ source: withOthersBeside })
    expect(said).to.deep.equal(Array(2).fill('counts is being replaced by somebody else already'))
  })

  it('is refused where nothing is kept, for a table of another version, and for one that cannot be gone on with', async () => {
    const { pool, rollBack, progressOf, logged } = counting
    const spoilt = (position: string) =>
      pool.query("update projection_checkpoints set position = $1 where name = 'counts__kept'", [position])
    const engine = counting.start()
    await counting.caughtUp('counts')
    await engine.stop()
    expect(await refusal(rollBack())).to.equal('no table before counts is kept: it has not been replaced lately')
    await marked()
    await counting.rebuild()
    const newer = counters('counts', { version: 2 })
    expect(await refusal(rollBack({ projection: newer }))).to.equal(
      'the kept table of counts is of version 1 and this program of version 2: only a program of its version can go on with it',
    )
    const position = await pool
      .query<{ position: string }>("select position from projection_checkpoints where name = 'counts__kept'")
      .then(({ rows }) => rows[0]?.position ?? '')
    await spoilt('nonsense')
    expect(await refusal(rollBack())).to.equal(
      "the checkpoint of the kept table of counts holds 'nonsense', which is no place in a log",
    )
    await spoilt(position)
    logged.putBack(60)
    expect(await refusal(rollBack())).to.equal(
      'the kept table of counts is from another log than the event store has now: it can only be built anew',
    )
    expect([await isFormer(), (await progressOf('counts'))?.kept?.generation]).to.deep.equal([false, 1])
  })

  it('is the way back for the program of before, once a newer one has replaced its table', async () => {
    const { add, start, caughtUp, rebuild, rollBack } = counting
    const first = start()
    await caughtUp('counts')
    await first.stop()
    await marked()
    await rebuild({ projection: counters('counts', { version: 2 }) })
    const older = start([counters('counts'), counters('beside')])
    add('c1', 1)
    await caughtUp('beside')
    await rollBack()
    add('c1', 2)
    await caughtUp('counts')
    expect([await isFormer(), older.status().projections[0]?.state]).to.deep.equal([true, 'live'])
    await isWhole()
  })
})
