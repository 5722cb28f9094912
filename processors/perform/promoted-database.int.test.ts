import { expect } from 'chai'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { removePostgresData, startPostgres } from '../../embedded/postgres.ts'
import { silentLogger } from '../../infrastructure/observability/logger.ts'
import { migrate } from '../../infrastructure/postgres/migrations.ts'
import { openPool, type Pool } from '../../infrastructure/postgres/pool.ts'
import { LeasesUnavailable } from './leases.ts'
import { postgresLeases } from './postgres-leases.ts'

const intent = {
  kind: 'payment',
  key: 'p',
  since: new Date(Date.now() + 3_600_000),
  eventId: '00000001-0000-4000-8000-000000000000',
}

describe('leases in a database that was promoted', () => {
  it('are not given until every lease that it may lack has run out', async function () {
    this.timeout(60_000)
    const data = await mkdtemp(join(tmpdir(), 'promoted-'))
    const serving = async <Result>(work: (pool: Pool, url: string) => Promise<Result>): Promise<Result> => {
      const server = await startPostgres({ data, port: 0 })
      const pool = openPool({ url: server.url, applicationName: 'test', logger: silentLogger })
      try {
        return await work(pool, server.url)
      } finally {
        await pool.end()
        await server.stop()
      }
    }
    const claim = (pool: Pool) =>
      postgresLeases(pool, { leaseMs: 60_000 })
        .claim(intent, { onlyDue: false })
        .catch((error: unknown) => error)

    await serving(async (pool, url) => {
      await migrate({ url, folder: join(import.meta.dirname, '..', '..', 'migrations'), waitLimitMs: 20_000 })
      expect(await claim(pool)).to.have.property('neverSent', true)
      // What a replica does when it is promoted, and a backup when it is restored: it comes to the end of its log, and begins another timeline.
      await pool.query("alter system set restore_command = 'false'")
      const { rows } = await pool.query<{ folder: string }>("select current_setting('data_directory') as folder")
      await pool.query(`copy (select 'promoted') to '${rows[0]?.folder ?? ''}/recovery.signal'`)
    })
    await serving(async (pool) => {
      expect(await claim(pool)).to.be.instanceOf(LeasesUnavailable)
      const { rows } = await pool.query(
        'select left(home, -8) = left(first_value(home) over (), -8) as same, right(home, 8) as timeline from attempts_homes order by home',
      )
      expect(rows).to.deep.equal([
        { same: true, timeline: '00000001' },
        { same: true, timeline: '00000002' },
      ])
    })
    await removePostgresData(data)
    await rm(data, { recursive: true, force: true })
  })
})
