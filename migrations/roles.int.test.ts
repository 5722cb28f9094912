import { expect } from 'chai'
import pg from 'pg'
import { migratedDatabase, type MigratedDatabase } from '../test/processors/database.ts'
import { migrate } from '../infrastructure/postgres/migrations.ts'
import { silentLogger } from '../infrastructure/observability/logger.ts'
import { openPool, type Pool } from '../infrastructure/postgres/pool.ts'
import { openTables } from '../infrastructure/projections/tables.ts'
import { writeStandingStill } from '../infrastructure/projections/standing-still.ts'
import { followUpFolds } from '../processors/follow-ups/folds.ts'
import { shopProjections } from '../projections/registry.ts'
import { missingTables } from '../read-api/app.ts'
import { databaseOn } from '../read-api/database.ts'
import { testDatabase } from '../test/support/postgres.ts'

const roles = ['shop_read_api', 'shop_projections', 'shop_processors'] as const
type Role = (typeof roles)[number]

describe('the roles of the database', () => {
  let database: MigratedDatabase
  const pools = new Map<Role, Pool>()
  const loginOf = (role: Role) => `${role}_${process.pid}`
  const as = (role: Role): Pool => {
    const pool = pools.get(role)
    if (pool === undefined) throw new Error(`${role} has no pool`)
    return pool
  }

  before(async () => {
    database = await migratedDatabase()
    for (const role of roles) {
      const login = loginOf(role)
      // As the page says it.
      await database.pool.query(`create role ${login} login password 'secret' in role ${role}`)
      await database.pool.query(`alter role ${login} set role = '${role}'`)
      const url = new URL(database.url)
      url.username = login
      url.password = 'secret'
      pools.set(role, openPool({ url: url.href, applicationName: 'test', logger: silentLogger, max: 2 }))
    }
    await database.pool.query(
      'alter default privileges for role shop_projections grant select on tables to shop_read_api',
    )
    await openTables(as('shop_projections'), shopProjections)
    await openTables(as('shop_processors'), followUpFolds)
  })
  after(async () => {
    await Promise.all([...pools.values()].map((pool) => pool.end()))
    // What they own lies in this database; the roles belong to the whole server.
    for (const role of roles) await database.pool.query(`drop role ${loginOf(role)}`)
    await database.close()
  })

  const refusalOf = async (role: Role, statement: string): Promise<string> => {
    try {
      await as(role).query(statement)
      return 'done'
    } catch (error) {
      return error instanceof pg.DatabaseError ? String(error.code) : String(error)
    }
  }
  const refused = '42501'
  const readTables = shopProjections.map(({ table }) => table.name)
  const ownTables = followUpFolds.map(({ table }) => table.name)

  it('let the read API read the read tables and how far they are, and nothing else', async () => {
    const role = 'shop_read_api'
    expect(await missingTables(databaseOn({ pool: as(role) }))).to.equal(undefined)
    for (const table of [...readTables, 'projection_failures'])
      expect(await refusalOf(role, `select from ${table}`), table).to.equal('done')
    for (const table of [...ownTables, 'attempts', 'dead_letter_verdicts'])
      expect(await refusalOf(role, `select from ${table}`), table).to.equal(refused)
    for (const table of readTables) expect(await refusalOf(role, `delete from ${table}`), table).to.equal(refused)
    expect(await refusalOf(role, 'update projection_checkpoints set caught_up = true')).to.equal(refused)
    expect(await refusalOf(role, 'create table stray (n integer)')).to.equal(refused)
  })

  it('let the projections make and replace their read tables, and not look at what the processors keep', async () => {
    const role = 'shop_projections'
    await writeStandingStill(as(role), new Map([['orders', undefined]]))
    for (const table of readTables) expect(await refusalOf(role, `delete from ${table}`), table).to.equal('done')
    expect(await refusalOf(role, 'create table orders__rebuild (n integer)')).to.equal('done')
    expect(await refusalOf('shop_read_api', 'select from orders__rebuild')).to.equal('done')
    expect(await refusalOf(role, 'drop table orders__rebuild')).to.equal('done')
    for (const table of [...ownTables, 'attempts', 'dead_letter_audit'])
      expect(await refusalOf(role, `select from ${table}`), table).to.equal(refused)
  })

  it('let the processors keep what they know, and not touch a read table', async () => {
    const role = 'shop_processors'
    for (const table of [...ownTables, 'attempts', 'attempts_homes', 'dead_letter_claims', 'reconciliation_sweeps'])
      expect(await refusalOf(role, `delete from ${table}`), table).to.equal('done')
    expect(await refusalOf(role, 'select attempts_home()')).to.equal('done')
    expect(
      await refusalOf(
        role,
        `insert into dead_letter_audit (group_name, number, what, decided_by, decided_at) values ('order', 1, 'retry', 'me', now())`,
      ),
    ).to.equal('done')
    for (const table of readTables) {
      expect(await refusalOf(role, `select from ${table}`), table).to.equal(refused)
      expect(await refusalOf(role, `drop table ${table}`), table).to.equal(refused)
    }
  })

  it('let none of them change what the migrations have made', async () => {
    for (const role of roles) {
      expect(await refusalOf(role, 'drop table attempts'), role).to.equal(refused)
      expect(await refusalOf(role, 'alter table projection_checkpoints add column stray text'), role).to.equal(refused)
      expect(await refusalOf(role, 'delete from migrations'), role).to.equal(refused)
    }
  })

  it('have somebody who may write each table that the migrations make', async () => {
    const { rows } = await database.pool.query<{ name: string }>(
      `select relname as name from pg_class
       where relkind = 'r' and relnamespace = current_schema()::regnamespace and relname not in ('migrations', 'migrations_lock')
         and not has_table_privilege('shop_projections', oid, 'insert') and not has_table_privilege('shop_processors', oid, 'insert')`,
    )
    expect(rows).to.deep.equal([])
  })

  it('are given what they need again, and named, when somebody has made them later', async () => {
    const { rows } = await database.pool.query<{ role: string }>('select grant_to_roles() as role')
    expect(rows.map(({ role }) => role)).to.deep.equal([...roles].sort())
  })

  it('are no reason for which migrations fail by a user who may make no roles', async () => {
    const another = await testDatabase()
    const owner = `owner_${process.pid}`
    const url = new URL(another.url)
    await database.pool.query(`create role ${owner} login password 'secret'`)
    try {
      await database.pool.query(`alter database ${url.pathname.slice(1)} owner to ${owner}`)
      url.username = owner
      url.password = 'secret'
      const names = await migrate({ url: url.href, folder: import.meta.dirname, waitLimitMs: 10_000 })
      expect(names).to.include('0009-roles')
    } finally {
      await another.drop()
      await database.pool.query(`drop role ${owner}`)
    }
  })
})
