import { expect } from 'chai'
import { silentLogger } from '../../infrastructure/observability/logger.ts'
import { openPool, type Pool, type Queryable } from '../../infrastructure/postgres/pool.ts'
import { migratedDatabase, type MigratedDatabase } from '../../test/processors/database.ts'
import { LeasesUnavailable, type Lease } from './leases.ts'
import { postgresLeases } from './postgres-leases.ts'

const leaseMs = 60_000
const eventId = '00000001-0000-4000-8000-000000000000'
const soon = () => new Date(Date.now() + 3_600_000)
const intent = (key: string, since = soon()) => ({ kind: 'payment', key, since, eventId })
const atOnce = { onlyDue: true }

describe('what PostgreSQL keeps of leases', () => {
  let database: MigratedDatabase
  let pool: Pool
  const home = 'attempts_home()'

  before(async function () {
    this.timeout(60_000)
    database = await migratedDatabase()
    ;({ pool } = database)
  })
  after(() => database.close())
  beforeEach(() => pool.query('truncate attempts'))

  const make = (of: Queryable = pool) => postgresLeases(of, { leaseMs })
  const taken = (lease: Lease | undefined): Lease => {
    if (lease === undefined) throw new Error('no lease')
    return lease
  }

  describe('the disk', () => {
    /** How many of twenty are in the log's part on disk when they are answered. */
    const onDisk = async (work: (index: number) => Promise<unknown>): Promise<number> => {
      let count = 0
      for (let index = 0; index < 20; index += 1) {
        await work(index)
        const { rows } = await pool.query<{ all: boolean }>(
          'select pg_current_wal_flush_lsn() >= pg_current_wal_insert_lsn() as all',
        )
        if (rows[0]?.all === true) count += 1
      }
      return count
    }

    it('claims wait for it, also where the database does not by itself, and what is given back does not', async () => {
      const quick = openPool({ url: database.url, applicationName: 'test', logger: silentLogger, max: 1 })
      await quick.query('set synchronous_commit = off')
      const leases = make(quick)
      const claimed: Lease[] = []
      // Somebody else's record may lie between the two looks at the log; not twenty times.
      expect(
        await onDisk(async (index) => {
          claimed.push(taken(await leases.claim(intent(`k${index}`), atOnce)))
        }),
      ).to.be.at.least(10)
      await quick.query('set synchronous_commit = on')
      expect(
        await onDisk(async () => {
          await leases.release(taken(claimed.shift()), 'completed')
        }),
      ).to.be.at.most(10)
      await quick.end()
    })

    it('is waited for again by whoever uses the connection next', async () => {
      const single = openPool({ url: database.url, applicationName: 'test', logger: silentLogger, max: 1 })
      await single.query('set synchronous_commit = remote_apply')
      const leases = make(single)
      await leases.release(taken(await leases.claim(intent('p'), atOnce)), 'completed')
      expect(
        (await single.query<{ synchronous_commit: string }>('show synchronous_commit')).rows[0]?.synchronous_commit,
      ).to.equal('remote_apply')
      await single.end()
    })
  })

  describe('a database that this table has not been in before', () => {
    const failure = (leases = make()) =>
      leases.claim(intent('p'), atOnce).then(
        () => undefined,
        (error: unknown) => error,
      )
    const arrivedBefore = (seconds: number) =>
      pool.query(
        `update attempts_homes set since = since - $1 * interval '1 second', remembers_from = remembers_from - $1 * interval '1 second' where home = ${home}`,
        [seconds],
      )

    beforeEach(() => pool.query(`update attempts_homes set home = 'elsewhere' where home = ${home}`))
    afterEach(async () => {
      await pool.query(`delete from attempts_homes where home = ${home}`)
      await pool.query(`update attempts_homes set home = ${home} where home = 'elsewhere'`)
    })

    it('gives no lease for the length of one, and knows then what may have been forgotten', async () => {
      expect(await failure()).to.be.instanceOf(LeasesUnavailable)
      await arrivedBefore(58)
      expect(await failure()).to.be.instanceOf(LeasesUnavailable)
      expect((await pool.query('select 1 from attempts')).rows).to.deep.equal([])
      await arrivedBefore(2)
      const old = taken(await make().claim(intent('old', new Date(Date.now() - 1_000)), atOnce))
      const young = taken(await make().claim(intent('young', soon()), atOnce))
      expect([old.neverSent, young.neverSent]).to.deep.equal([false, true])
      const { rows } = await pool.query<{ at: Date }>(
        `select remembers_from as at from attempts_homes where home = ${home}`,
      )
      expect([old.remembersFrom, young.remembersFrom]).to.deep.equal([rows[0]?.at, rows[0]?.at])
    })
  })
})
