import { expect } from 'chai'
import { testDatabase, type TestDatabase } from '../../test/support/postgres.ts'
import { silentLogger } from '../observability/logger.ts'
import { openPool, type Pool } from '../postgres/pool.ts'
import { createStatements, selectByKeys, type AnyTable } from './table.ts'

describe('a read table in PostgreSQL', () => {
  let database: TestDatabase
  let pool: Pool
  // So wide that few rows go into a page: that is when an empty table looks cheap to read as a whole.
  const notes = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`note${index}`, 'text null' as const]))
  const table: AnyTable = { name: 'wide', key: 'id', columns: { id: 'text', ...notes } }

  before(async function () {
    this.timeout(60_000)
    database = await testDatabase()
    pool = openPool({ url: database.url, applicationName: 'test', logger: silentLogger, max: 1 })
    for (const statement of createStatements(table, table.name, 1)) await pool.query(statement)
  })
  after(async () => {
    await pool.end()
    await database.drop()
  })

  it('is read by its key, however small it was when the statement was prepared', async () => {
    const read = async (keys: readonly string[]) =>
      (
        await pool.query<{ id: string }>({ name: 'read', text: selectByKeys(table, table.name), values: [keys] })
      ).rows.map(({ id }) => id)
    const keys = Array.from({ length: 20 }, (_, index) => String(index * 100))
    for (let times = 0; times < 6; times += 1) expect(await read(keys)).to.deep.equal([])
    // From now on there is one plan for all keys.
    expect(
      (await pool.query("select generic_plans > 0 as kept from pg_prepared_statements where name = 'read'")).rows,
    ).to.deep.equal([{ kept: true }])
    await pool.query('insert into wide (id) select i from generate_series(1, 1000) as i')
    /** How often the table was read from one end to the other: as told already, and by this connection since. */
    const scans = async () => {
      const {
        rows: [row],
      } = await pool.query<{ count: number }>(
        "select (pg_stat_get_numscans('wide'::regclass) + pg_stat_get_xact_numscans('wide'::regclass))::int as count",
      )
      return row?.count
    }
    const before = await scans()
    expect(await read(keys)).to.have.members(keys.slice(1, 11))
    expect(await scans()).to.equal(before)
  })
})
