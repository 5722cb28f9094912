import { expect } from 'chai'
import { counters, countersTable, type CounterEvent, type CounterRow } from '../../test/projections/counters.ts'
import { openCounting, type Counting } from '../../test/projections/counting.ts'
import { until } from '../../test/support/until.ts'
import type { AnyProjection } from './projection.ts'
import type { Source } from './source.ts'
import { verificationDetails, verificationText, type Verification } from './verification.ts'

const none = { count: 0, keys: [] }
const nothingDiffers = (rows: number): Extract<Verification, { readonly compared: true }> => ({
  compared: true,
  rows,
  onlyLive: none,
  onlyNew: none,
  different: none,
  columnsAdded: [],
  columnsDropped: [],
})

/** Version 2: the note has gone, the count of steps is new, and each sum is one more. */
const changedCounters = (): AnyProjection<CounterEvent> => {
  const projection = counters('counts', { version: 2 })
  const { table, ...rest } = projection
  const { note: _, ...columns } = countersTable('counts').columns
  return {
    ...rest,
    table: { name: table.name, key: table.key, columns: { ...columns, steps: 'bigint' } },
    evolve(row, recorded, counter) {
      const next = projection.evolve(row as CounterRow | undefined, recorded, counter)
      return typeof next === 'string' ? next : { ...next, sum: next.sum + 1, steps: next.history.length }
    },
  }
}

describe('a rebuild, before its swap', function () {
  this.timeout(60_000)
  let counting: Counting
  beforeEach(async () => {
    counting = await openCounting()
  })
  afterEach(() => counting.close())

  const filled = async (events = 130): Promise<void> => {
    for (let n = 0; n < events; n += 1) counting.add(`c${n % 13}`, n)
    counting.start()
    await counting.caughtUp('counts')
  }

  it('finds no difference from an undamaged table, and says so beside its checkpoint', async () => {
    await filled()
    const { verification } = await counting.rebuild()
    expect(verification).to.deep.equal(nothingDiffers(13))
    expect((await counting.progressOf('counts'))?.verification).to.deep.equal(nothingDiffers(13))
  })

  it('finds exactly the row that is damaged, the one that is missing, and the one that nobody has made; and swaps', async () => {
    await filled()
    const { pool, rebuild, rows, expected } = counting
    await pool.query("update counts set history = '[1]' where counter = 'c7'")
    await pool.query("update counts set note = '' where counter = 'c8'")
    await pool.query("delete from counts where counter = 'c3'")
    await pool.query("insert into counts select 'nobody', sum, history, note, last_at from counts where counter = 'c1'")
    const { verification } = await rebuild()
    expect(verification).to.deep.equal({
      ...nothingDiffers(14),
      onlyLive: { count: 1, keys: ['nobody'] },
      onlyNew: { count: 1, keys: ['c3'] },
      different: { count: 2, keys: ['c7', 'c8'] },
    })
    expect(await rows()).to.deep.equal(expected())
  })

  it('compares both at the same place, however fast the live table goes on and wherever it stands still', async () => {
    const { add, logged, rebuild, start, caughtUp } = counting
    for (let n = 0; n < 300; n += 1) add(`c${n % 3}`, n)
    const engine = start()
    await caughtUp('counts')
    const flowing: Source = async function* (options) {
      // More than a batch holds, also while the live table is held still.
      if (logged.log.length < 2_000) for (let n = 0; n < 70; n += 1) add(`c${n % 5}`, n)
      for await (const batch of logged.source(options)) {
        if (logged.log.length < 2_000) for (let n = 0; n < 70; n += 1) add(`c${n % 5}`, n)
        yield batch
      }
    }
    expect((await rebuild({ source: flowing })).verification).to.deep.equal(nothingDiffers(5))
    await engine.stop()
    for (let n = 0; n < 111; n += 1) add(`c${n % 7}`, n)
    expect((await rebuild()).verification).to.deep.equal(nothingDiffers(5))
  })

  it('keeps nobody from writing or reading while it compares', async () => {
    await filled()
    const { pool, url, add, caughtUp, rebuild } = counting
    let written = false
    const verification = await rebuild({
      databaseUrl: url,
      onVerifying() {
        add('c1', 7)
        written = true
      },
    })
    expect([written, verification.verification]).to.deep.equal([true, nothingDiffers(13)])
    await caughtUp('counts')
    expect((await pool.query('select 1 from pg_locks where mode = $1', ['ShareRowExclusiveLock'])).rowCount).to.equal(0)
  })

  it('tells what a new version changes, and names the columns that it does not compare', async () => {
    await filled(26)
    const { rebuild, progressOf } = counting
    const { verification, dryRun } = await rebuild({ projection: changedCounters(), dryRun: true })
    expect(verification).to.deep.equal({
      ...nothingDiffers(13),
      different: { count: 13, keys: Array.from({ length: 13 }, (_, n) => `c${n}`).sort() },
      columnsAdded: ['steps'],
      columnsDropped: ['note'],
    })
    expect(dryRun).to.equal(true)
    expect((await progressOf('counts'))?.version).to.equal(1)
    await rebuild({ projection: changedCounters() })
    expect((await progressOf('counts'))?.verification).to.deep.equal(verification)
  })

  it('names twenty keys of each kind, and counts all', async () => {
    for (let n = 0; n < 30; n += 1) counting.add(`c${String(n).padStart(2, '0')}`, n)
    counting.start()
    await counting.caughtUp('counts')
    await counting.pool.query('update counts set sum = -1')
    const { verification } = await counting.rebuild()
    expect(verification?.compared === true && verification.different).to.deep.equal({
      count: 30,
      keys: Array.from({ length: 20 }, (_, n) => `c${String(n).padStart(2, '0')}`),
    })
  })

  it('on a dry run drops what it has built, and leaves the live table and the kept one as they were', async () => {
    await filled()
    const { pool, rebuild, rows, progressOf } = counting
    await rebuild()
    await pool.query("update counts set sum = -1 where counter = 'c7'")
    const before = [await rows(), (await progressOf('counts'))?.kept?.generation]
    const { verification, dryRun } = await rebuild({ dryRun: true })
    expect([verification, dryRun]).to.deep.equal([
      { ...nothingDiffers(13), different: { count: 1, keys: ['c7'] } },
      true,
    ])
    expect([await rows(), (await progressOf('counts'))?.kept?.generation]).to.deep.equal(before)
    expect((await pool.query("select 1 from pg_tables where tablename like '%rebuild%'")).rowCount).to.equal(0)
    expect(await progressOf('counts__rebuild')).to.equal(undefined)
  })

  it('is no more than said where there is no place, or no key, at which both could be compared', async () => {
    await filled()
    const { pool, rebuild } = counting
    await pool.query('alter table counts drop constraint counts_g1_pkey')
    const otherKey = await rebuild()
    expect(otherKey.verification).to.deep.equal({
      compared: false,
      reason: 'the rows of the live table have another key than counter',
    })
    await pool.query("update projection_checkpoints set position = 'nowhere' where name = 'counts'")
    const { verification } = await rebuild()
    expect(verification && verificationText(verification)).to.match(/^not verified: the live table stands at a place/)
  })

  it('stands between catching up and the swap, for whoever looks at it', async () => {
    await filled()
    const { pool, rebuild, progressOf, logged } = counting
    const gate = await pool.connect()
    await gate.query('begin')
    let shut = false
    const thenShut: Source = async function* (options) {
      try {
        yield* logged.source(options)
      } finally {
        if (!shut) await gate.query('lock table counts__rebuild in access exclusive mode')
        shut = true
      }
    }
    const rebuilding = rebuild({ source: thenShut })
    await until('it is verified', async () =>
      (await progressOf('counts'))?.rebuild?.verifying === true ? true : undefined,
    )
    await gate.query('rollback')
    gate.release()
    await rebuilding
    expect((await progressOf('counts'))?.rebuild).to.equal(undefined)
  })
})

describe('what was found out about a table that was built anew', () => {
  it('is a line, and more where there is more', () => {
    expect(verificationText(nothingDiffers(1_204))).to.equal('verified: 0 of 1,204 rows differ')
    expect(verificationDetails(nothingDiffers(1_204))).to.deep.equal([])
    const found: Verification = {
      ...nothingDiffers(1_204),
      onlyLive: { count: 1, keys: ['a'] },
      different: { count: 3_000, keys: ['b', 'c'] },
      columnsAdded: ['steps'],
    }
    expect([verificationText(found), ...verificationDetails(found)]).to.deep.equal([
      'verified: 3,001 of 1,204 rows differ',
      'only in the live table: 1 (a)',
      'different: 3,000 (b, c, …)',
      'columns added, not compared: steps',
    ])
  })
})
