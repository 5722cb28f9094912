import { expect } from 'chai'
import type { QueryConfig } from 'pg'
import { silentLogger } from '../../infrastructure/observability/logger.ts'
import { openPool, type Pool, type Queryable } from '../../infrastructure/postgres/pool.ts'
import { migratedDatabase, type MigratedDatabase } from '../../test/processors/database.ts'
import { until } from '../../test/support/until.ts'
import { leasesContract } from '../../test/processors/leases-contract.ts'
import { LeasesUnavailable, type Lease } from './leases.ts'
import { postgresLeases, type PostgresLeases } from './postgres-leases.ts'

const leaseMs = 60_000
const eventId = '00000001-0000-4000-8000-000000000000'
const soon = () => new Date(Date.now() + 3_600_000)
const intent = (key: string, since = soon()) => ({ kind: 'payment', key, since, eventId })
const atOnce = { onlyDue: true }

describe('leases in PostgreSQL', () => {
  let database: MigratedDatabase
  let pool: Pool

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
  /** Every statement that passes. */
  const watched = () => {
    const statements: string[] = []
    const query = (asked: string | QueryConfig, values?: unknown[]) => {
      statements.push(typeof asked === 'string' ? asked : asked.text)
      return pool.query(asked, values)
    }
    // Of a pool, the leases use this call alone.
    return { statements, database: { query } as unknown as Queryable }
  }

  leasesContract(async () => ({
    leases: make(),
    pass: async (seconds) => {
      await pool.query(
        `update attempts set claimed_until = claimed_until - $1 * interval '1 second', due_at = due_at - $1 * interval '1 second'`,
        [seconds],
      )
    },
  }))

  it('say so when the database is away', async () => {
    const nowhere = openPool({
      url: 'postgres://nobody@127.0.0.1:1/nothing',
      applicationName: 'test',
      logger: silentLogger,
    })
    const claims = [make(nowhere), make(nowhere)].flatMap((leases) => [
      leases.claim(intent('p'), atOnce),
      leases.claim(intent('q'), atOnce),
    ])
    for (const claim of claims)
      expect(await claim.catch((thrown: unknown) => thrown)).to.be.instanceOf(LeasesUnavailable)
    await nowhere.end()
  })

  it('take what comes together in one statement, and give it back in one', async () => {
    const { statements, database: of } = watched()
    const leases = make(of)
    const keys = Array.from({ length: 40 }, (_, index) => `k${(index * 7) % 40}`)
    const claimed = await Promise.all(keys.map((key) => leases.claim(intent(key), atOnce)))
    expect(new Set(claimed.map((lease) => taken(lease).token)).size).to.equal(40)
    expect(statements).to.have.length(1)
    await Promise.all(
      claimed.map((lease, index) => leases.release(taken(lease), index % 2 === 0 ? 'completed' : { dueInMs: 1_000 })),
    )
    expect(statements).to.have.length(2)
    const { rows } = await pool.query(
      'select count(*)::int as "all", count(settled_at)::int as completed from attempts',
    )
    expect(rows).to.deep.equal([{ all: 40, completed: 20 }])
  })

  it('are claimed by one prepared statement, however many there are', async () => {
    const single = openPool({ url: database.url, applicationName: 'test', logger: silentLogger, max: 1 })
    const leases = make(single)
    for (const count of [1, 5, 40]) {
      const claimed = await Promise.all(
        Array.from({ length: count }, (_, index) => leases.claim(intent(`${count} ${index}`), atOnce)),
      )
      await Promise.all(claimed.map((lease) => leases.release(taken(lease), 'completed')))
    }
    const { rows } = await single.query(
      'select name, (generic_plans + custom_plans)::int as times from pg_prepared_statements',
    )
    expect(rows).to.deep.equal([{ name: 'claim leases', times: 3 }])
    await single.end()
  })

  it('take what comes while a statement is under way in the next', async () => {
    const { statements, database: of } = watched()
    const leases = make(of)
    const first = leases.claim(intent('first'), atOnce)
    while (statements.length === 0)
      await new Promise((resolve) => {
        setImmediate(resolve)
      })
    const rest = Array.from({ length: 30 }, (_, index) => leases.claim(intent(`k${index}`), atOnce))
    await Promise.all([first, ...rest])
    expect(statements).to.have.length(2)
  })

  it('give one of two that want the same in one statement the lease', async () => {
    const { statements, database: of } = watched()
    const leases = make(of)
    const claimed = await Promise.all([
      leases.claim(intent('p'), atOnce),
      leases.claim(intent('q'), atOnce),
      leases.claim(intent('p'), atOnce),
    ])
    expect(claimed.map((lease) => lease?.key)).to.deep.equal(['p', 'q', undefined])
    expect(statements).to.have.length(1)
  })

  it('try one by one what fails together', async () => {
    const leases = make()
    const claims = [intent('p'), { ...intent('broken'), eventId: 'no uuid' }, intent('q')].map((what) =>
      leases.claim(what, atOnce),
    )
    const results = await Promise.allSettled(claims)
    expect(results.map(({ status }) => status)).to.deep.equal(['fulfilled', 'rejected', 'fulfilled'])
    expect(results[1]).to.have.property('reason').that.is.instanceOf(LeasesUnavailable)
  })

  describe('asked for crosswise', () => {
    /** While `work` waits for the row of `k1`, nobody has locked that of `k2`: whoever has the one may have the other. */
    const takesRowsInOrder = async (work: (leases: PostgresLeases, claimed: readonly Lease[]) => Promise<unknown>) => {
      const leases = make()
      // One after the other, so that the rows lie in this order too, and no plan comes upon `k1` first by chance.
      const claimed = [taken(await leases.claim(intent('k2'), atOnce)), taken(await leases.claim(intent('k1'), atOnce))]
      const other = await pool.connect()
      try {
        await other.query('begin')
        await other.query("select 1 from attempts where key = 'k1' for update")
        const working = work(leases, claimed)
        await until(
          'it waits for the row',
          async () => {
            const { rows } = await pool.query(
              "select 1 from pg_stat_activity where wait_event_type = 'Lock' and query like '%attempts%'",
            )
            return rows.length > 0 || undefined
          },
          { everyMs: 5 },
        )
        await other.query("select 1 from attempts where key = 'k2' for update nowait")
        await other.query('commit')
        await working
      } finally {
        other.release(true)
      }
    }

    it('are claimed in one order', () =>
      takesRowsInOrder((leases) =>
        Promise.all(['k2', 'k1'].map((key) => leases.claim(intent(key), { onlyDue: false }))),
      ))

    it('are given back in the same order', () =>
      takesRowsInOrder((leases, claimed) => Promise.all(claimed.map((lease) => leases.release(lease, 'completed')))))
  })

  it('are by the clock of the database, whatever the processes think', async () => {
    const lease = taken(await make().claim(intent('p', new Date('2020-01-01')), atOnce))
    const {
      rows: [row],
    } = await pool.query<{ lives: number; now: Date }>(
      'select extract(epoch from claimed_until - now())::float8 as lives, now() as now from attempts',
    )
    expect(row?.lives).to.be.within(50, 60)
    expect((row?.now.getTime() ?? 0) - lease.at.getTime()).to.be.within(0, 10_000)
  })
})
