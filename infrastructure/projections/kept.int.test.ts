import { expect } from 'chai'
import { openCounting, type Counting } from '../../test/projections/counting.ts'
import { until } from '../../test/support/until.ts'
import { tryLeadership } from '../postgres/leadership.ts'
import { dropOldKept } from './kept.ts'
import { replacementLock } from './tables.ts'

describe('a table that was replaced', function () {
  this.timeout(60_000)
  let counting: Counting
  beforeEach(async () => {
    counting = await openCounting()
    counting.add('a', 1)
  })
  afterEach(() => counting.close())

  const tables = async () =>
    (
      await counting.pool.query<{ tablename: string }>(
        "select tablename from pg_tables where tablename like 'counts%' order by tablename",
      )
    ).rows.map(({ tablename }) => tablename)
  const kept = async () => (await counting.progressOf('counts'))?.kept

  it('is kept for its time, the last one alone, and dropped then by whoever keeps the live one', async () => {
    const { start, caughtUp, rebuild, rows, expected, pool } = counting
    const patient = start(undefined, { keptMs: 3_600_000 })
    await caughtUp('counts')
    await rebuild()
    await rebuild()
    expect([await tables(), (await kept())?.generation]).to.deep.equal([['counts', 'counts__kept'], 2])
    expect(await dropOldKept(pool, ['counts'], 3_600_000)).to.deep.equal([])
    await patient.stop()
    start(undefined, { keptMs: 0 })
    await until('it is dropped', async () => ((await kept()) === undefined ? true : undefined))
    expect(await tables()).to.deep.equal(['counts'])
    counting.add('a', 2)
    await caughtUp('counts')
    expect(await rows()).to.deep.equal(expected())
  })

  it('is not dropped while somebody puts it back', async () => {
    const { start, caughtUp, rebuild, pool, url } = counting
    start()
    await caughtUp('counts')
    await rebuild()
    const lock = await tryLeadership({ url, name: replacementLock('counts') })
    expect(await dropOldKept(pool, ['counts'], 0)).to.deep.equal([])
    expect(await tables()).to.deep.equal(['counts', 'counts__kept'])
    await lock?.release()
    expect(await dropOldKept(pool, ['counts'], 0)).to.deep.equal(['counts'])
  })
})
