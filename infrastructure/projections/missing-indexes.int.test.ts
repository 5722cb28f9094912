import { expect } from 'chai'
import { counters, countersTable, type CounterEvent } from '../../test/projections/counters.ts'
import { openCounting, type Counting } from '../../test/projections/counting.ts'
import { until } from '../../test/support/until.ts'
import { silentLogger } from '../observability/logger.ts'
import { tryLeadership } from '../postgres/leadership.ts'
import { makeMissingIndexes } from './missing-indexes.ts'
import type { AnyProjection } from './projection.ts'
import { replacementLock } from './tables.ts'

describe('an index that a table lacks', function () {
  this.timeout(60_000)
  let counting: Counting
  beforeEach(async () => {
    counting = await openCounting()
    counting.add('a', 1)
  })
  afterEach(() => counting.close())

  const before = counters('counts')
  /** As a release later: the same table, and one more that people search by. */
  const table = {
    ...countersTable('counts'),
    indexes: [{ columns: ['note'] }, { columns: ['sum', 'counter'] }] as const,
  }
  const later: AnyProjection<CounterEvent> = { ...before, table }

  const indexes = async () =>
    (
      await counting.pool.query<{ name: string; valid: boolean }>(
        `select i.relname as name, x.indisvalid as valid from pg_index x join pg_class i on i.oid = x.indexrelid
         where x.indrelid = 'counts'::regclass order by 1`,
      )
    ).rows.map(({ name, valid }) => `${name}${valid ? '' : ' (not finished)'}`)
  const made = ['counts_a1_sum_counter', 'counts_g1_note', 'counts_g1_pkey']

  const make = (options: { readonly signal?: AbortSignal } = {}) =>
    makeMissingIndexes([{ table, generation: 1 }], {
      pool: counting.pool,
      databaseUrl: counting.url,
      logger: silentLogger,
      signal: new AbortController().signal,
      retryEveryMs: 20,
      ...options,
    })

  it('is made by whoever keeps it, under the same version, also for one that is put back; no table is built anew', async () => {
    const { start, caughtUp, rebuild, rollBack, progressOf, rows, expected } = counting
    const old = start([before])
    await caughtUp('counts')
    await old.stop()
    start([later])
    await until('it is made', async () => ((await indexes()).length === 3 ? true : undefined))
    expect([await indexes(), (await progressOf('counts'))?.kept]).to.deep.equal([made, undefined])
    await rebuild({ projection: before })
    await until('it is made again', async () =>
      (await indexes()).includes('counts_a2_sum_counter') ? true : undefined,
    )
    await rollBack({ projection: later })
    counting.add('a', 2)
    await caughtUp('counts')
    expect([await indexes(), await rows()]).to.deep.equal([made, expected()])
  })

  it('is made once, and anew where it was begun and not finished', async () => {
    const { start, caughtUp, pool } = counting
    const old = start([before])
    await caughtUp('counts')
    await old.stop()
    await make()
    await make()
    expect(await indexes()).to.deep.equal(made)
    await pool.query("update pg_index set indisvalid = false where indexrelid = 'counts_a1_sum_counter'::regclass")
    expect(await indexes()).to.contain('counts_a1_sum_counter (not finished)')
    await make()
    expect(await indexes()).to.deep.equal(made)
  })

  it('is not made while the table is replaced, but then; and not at all once nobody leads', async () => {
    const { start, caughtUp, url, pool } = counting
    const old = start([before])
    await caughtUp('counts')
    await old.stop()
    const lock = await tryLeadership({ url, name: replacementLock('counts') })
    const leading = new AbortController()
    const given = make({ signal: leading.signal })
    leading.abort()
    await given
    const waiting = make()
    const asked = new Set<number>()
    await until('it has asked for the lock, again and again', async () => {
      const { rows } = await pool.query<{ at: Date }>(
        "select query_start as at from pg_stat_activity where application_name = 'indexes' and query like '%try_advisory_lock%'",
      )
      for (const { at } of rows) asked.add(at.getTime())
      return asked.size >= 3 ? true : undefined
    })
    expect(await indexes()).to.deep.equal(['counts_g1_note', 'counts_g1_pkey'])
    await lock?.release()
    await waiting
    expect(await indexes()).to.deep.equal(made)
  })
})
