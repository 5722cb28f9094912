import { expect } from 'chai'
import { counters } from '../../test/projections/counters.ts'
import { openCounting, type Counting } from '../../test/projections/counting.ts'
import { watchPool } from '../../test/projections/watched-pool.ts'
import { until } from '../../test/support/until.ts'

describe('a round', function () {
  this.timeout(60_000)
  let counting: Counting
  beforeEach(async () => {
    counting = await openCounting()
  })
  afterEach(() => counting.close())

  describe('ends, and its memory with it,', () => {
    const unseatLeader = () =>
      counting.pool.query(
        `select pg_terminate_backend(pid) from pg_locks
       where locktype = 'advisory' and granted and database = (select oid from pg_database where datname = current_database())`,
      )

    it('when the answer to a commit is lost', async () => {
      const { add, start, caughtUp, rows, expected, url } = counting
      const watched = watchPool(counting.pool)
      start([counters('counts')], { pool: watched.pool, url })
      for (let n = 0; n < 5; n += 1) {
        add('a', n)
        add('b', n)
        await caughtUp('counts')
        const lost = watched.loseNextAnswer()
        add('a', 100 + n)
        await lost
      }
      add('a', 1_000)
      await caughtUp('counts')
      expect(await rows()).to.deep.equal(expected())
    })

    it('when another has led meanwhile', async () => {
      const { add, start, caughtUp, rows, expected } = counting
      const engines = [start(), start()]
      const leadBy = (wanted: number) =>
        until(`engine ${wanted} leads`, async () => {
          const roles = engines.map((engine) => engine.status().state.role)
          if (roles[wanted] === 'active' && roles[1 - wanted] === 'standby') return true
          if (roles[1 - wanted] === 'active') await unseatLeader()
          return undefined
        })
      for (let n = 0; n < 4; n += 1) {
        await leadBy(n % 2)
        add('a', n)
        add('b', n)
        await caughtUp('counts')
      }
      expect(await rows()).to.deep.equal(expected())
    })
  })
})
