import { expect } from 'chai'
import type { Queryable } from '../../infrastructure/postgres/pool.ts'
import { migratedDatabase, type MigratedDatabase } from '../../test/processors/database.ts'
import { eventOf, parkedAt, parkedStreams } from '../../test/processors/parked-streams.ts'
import { keyOf } from '../groups.ts'
import { postgresResolutions } from './resolutions.ts'
import { createUnresolved } from './unresolved.ts'

const group = 'payment'

describe('unresolved dead letters, with their decisions in PostgreSQL', () => {
  let database: MigratedDatabase
  before(async function () {
    this.timeout(60_000)
    database = await migratedDatabase()
  })
  after(() => database.close())
  beforeEach(() => database.pool.query('truncate dead_letter_verdicts, dead_letter_claims, dead_letter_audit'))

  /** That many letters, and how much each look at them has asked for and got. */
  const followed = (count: number) => {
    const set = { time: parkedAt.getTime(), meanwhile: () => Promise.resolve() }
    const streams = parkedStreams()
    for (let n = 0; n < count; n += 1) streams.park(group, eventOf(`order ${n}`, 1), 'schema_mismatch')
    const looks: { readonly numbers: number; readonly rows: number }[] = []
    const observed = {
      query: async (statement: string, values: unknown[]) => {
        const answer = await database.pool.query<object>(statement, values)
        looks.push({ numbers: (values[1] as readonly string[]).length, rows: answer.rows.length })
        await set.meanwhile()
        return answer
      },
    }
    const unresolved = createUnresolved({
      groups: [group],
      store: streams.store,
      // Of a database, resolutions need no more than this.
      resolutions: postgresResolutions(observed as unknown as Queryable),
      keyOf,
      now: () => new Date(set.time),
    })
    const refresh = () => unresolved.refresh(group)
    const numbers = () => [...unresolved.of(group).all()].map(({ number }) => Number(number))
    return { set, streams, looks, refresh, numbers }
  }
  const discardBy = (to: Queryable, number: number) =>
    postgresResolutions(to).discard({
      ...{ group, number: BigInt(number), eventId: undefined, parkedAt, by: 'olga' },
      ...{ at: new Date(parkedAt.getTime() + 1), letter: {} },
    })

  it('cost the same to look at however many they are', async () => {
    const { streams, looks, refresh } = followed(5_000)
    await refresh()
    expect(looks.map(({ numbers }) => numbers)).to.deep.equal([2_000, 2_000, 1_000])
    looks.length = 0
    await refresh()
    await discardBy(database.pool, 17)
    await refresh()
    streams.park(group, eventOf('one more', 1), 'schema_mismatch')
    await refresh()
    await refresh()
    // A row without a number carries the mark.
    expect(looks).to.deep.equal([
      { numbers: 0, rows: 1 },
      { numbers: 0, rows: 1 },
      { numbers: 1, rows: 1 },
      { numbers: 0, rows: 1 },
    ])
  })

  it('are followed in parts, however many are decided about in one transaction, and all are reached', async () => {
    const { set, looks, refresh, numbers } = followed(5_000)
    await refresh()
    const late = await database.pool.connect()
    try {
      await late.query('begin')
      expect(await discardBy(late, 4_999)).to.equal('discarded')
      await database.pool.query(
        `insert into dead_letter_verdicts (group_name, number, verdict, decided_by, decided_at, attempts, settled_at)
         select $1, number, 'discard', 'olga', $2, 0, now() from generate_series(0, 4989) number`,
        [group, new Date(parkedAt.getTime() + 1)],
      )
      looks.length = 0
      // Between two parts, and of a transaction that comes before what the first has brought.
      set.meanwhile = async () => {
        set.meanwhile = () => Promise.resolve()
        await late.query('commit')
      }
      await refresh()
      expect(looks.map(({ rows }) => rows)).to.deep.equal([2_000, 2_000, 990])
      expect(numbers()).to.deep.equal([4990, 4991, 4992, 4993, 4994, 4995, 4996, 4997, 4998, 4999])
    } finally {
      late.release()
    }
    await refresh()
    expect(numbers()).to.deep.equal([4990, 4991, 4992, 4993, 4994, 4995, 4996, 4997, 4998])
  })

  it('end by a decision that is committed long after later ones were seen', async () => {
    const { refresh, numbers } = followed(3)
    await refresh()
    const late = await database.pool.connect()
    try {
      await late.query('begin')
      expect(await discardBy(late, 0)).to.equal('discarded')
      await discardBy(database.pool, 1)
      for (let looks = 0; looks < 3; looks += 1) await refresh()
      expect(numbers()).to.deep.equal([0, 2])
      await late.query('commit')
    } finally {
      late.release()
    }
    await refresh()
    expect(numbers()).to.deep.equal([2])
  })

  it('cost no more while a transaction stays open for long, and that one is not passed over', async () => {
    const { looks, refresh, numbers } = followed(100)
    await refresh()
    const long = await database.pool.connect()
    try {
      await long.query('begin')
      expect(await discardBy(long, 99)).to.equal('discarded')
      for (let number = 0; number < 20; number += 1) await discardBy(database.pool, number)
      looks.length = 0
      await refresh()
      await refresh()
      await discardBy(database.pool, 20)
      await refresh()
      await refresh()
      expect(looks.map(({ rows }) => rows)).to.deep.equal([20, 1, 1, 1])
      expect(numbers()).to.have.length(79)
      await long.query('commit')
    } finally {
      long.release()
    }
    await refresh()
    expect(numbers()).to.have.length(78)
    expect(numbers()).not.to.include(99)
  })

  it('end by what a release writes that knows of no changes', async () => {
    const { refresh, numbers } = followed(2)
    const { pool } = database
    await refresh()
    await pool.query(
      `insert into dead_letter_verdicts (group_name, number, verdict, decided_by, decided_at, attempts)
       values ($1, 0, 'retry', 'olga', now(), 1)`,
      [group],
    )
    await refresh()
    expect(numbers()).to.deep.equal([0, 1])
    await pool.query('update dead_letter_verdicts set settled_at = now() where group_name = $1 and number = 0', [group])
    await refresh()
    expect(numbers()).to.deep.equal([1])
  })

  it('cost no more in a database that was copied from a server whose transactions had come further', async () => {
    const { set, looks, refresh, numbers } = followed(100)
    const { pool } = database
    for (let number = 0; number < 20; number += 1) await discardBy(pool, number)
    await pool.query('alter table dead_letter_verdicts disable trigger changed_in')
    await pool.query("update dead_letter_verdicts set changed_in = '900000000000'")
    await pool.query('alter table dead_letter_verdicts enable trigger changed_in')
    await refresh()
    looks.length = 0
    await refresh()
    await discardBy(pool, 20)
    await refresh()
    expect(looks.map(({ rows }) => rows)).to.deep.equal([1, 1])
    expect(numbers()).to.have.length(79)
    set.time += 300_000
    await refresh()
    expect(looks.at(-1)).to.deep.equal({ numbers: 79, rows: 1 })
  })
})
