import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { silentLogger } from '../observability/logger.ts'
import { serverThat } from '../../test/support/broken-servers.ts'
import { openProxy } from '../../test/projections/switchable-proxy.ts'
import { until } from '../../test/support/until.ts'
import { testDatabase, type TestDatabase } from '../../test/support/postgres.ts'
import { isDatabaseAway } from './errors.ts'
import { migrate, migrateUntil } from './migrations.ts'
import { openPool } from './pool.ts'

describe('the migrations', () => {
  let database: TestDatabase
  let folder: string

  beforeEach(async () => {
    database = await testDatabase()
    folder = await mkdtemp(join(tmpdir(), 'migrations-'))
  })
  afterEach(async () => {
    await database.drop()
    await rm(folder, { recursive: true, force: true })
  })

  const step = (name: string, sql: string) =>
    writeFile(
      join(folder, `${name}.ts`),
      `export const up = async (knex) => { await knex.raw(${JSON.stringify(sql)}) }\n`,
    )
  const run = () => migrate({ url: database.url, folder, waitLimitMs: 10_000 })
  const query = async (sql: string): Promise<unknown[]> => {
    const pool = openPool({ url: database.url, applicationName: 'test', logger: silentLogger, max: 1 })
    try {
      return (await pool.query<Record<string, unknown>>(sql)).rows
    } finally {
      await pool.end()
    }
  }

  it('run in the order of their numbers, each once', async () => {
    await step('0002-second', 'insert into steps values (2)')
    await step('0001-first', 'create table steps (n integer)')
    expect(await run()).to.deep.equal(['0001-first', '0002-second'])
    await step('0003-third', 'insert into steps values (3)')
    expect(await run()).to.deep.equal(['0003-third'])
    expect(await run()).to.deep.equal([])
    expect(await query('select n from steps order by n')).to.deep.equal([{ n: 2 }, { n: 3 }])
  })

  it('run once when two programs bring up the database at the same time', async () => {
    // Slow inside the database, so that the others come while it is under way: they ask for the lock several times meanwhile.
    await step('0001-slow', 'create table steps as select 1 as n from pg_sleep(0.3)')
    const names = await Promise.all([run(), run(), run()])
    expect(names.flat()).to.deep.equal(['0001-slow'])
  })

  it('leave nothing of a step that fails, and go on from there when it is put right', async () => {
    await step('0001-half', 'create table steps (n integer); select 1 / 0')
    expect(
      await run().then(
        () => 'done',
        (error: unknown) => (error as { code?: string }).code,
      ),
    ).to.equal('22012')
    expect(await query("select to_regclass('steps') as found")).to.deep.equal([{ found: null }])
    // By another name: a program reads each file once.
    await rm(join(folder, '0001-half.ts'))
    await step('0001-whole', 'create table steps (n integer)')
    await step('0002-next', 'insert into steps values (2)')
    expect(await run()).to.deep.equal(['0001-whole', '0002-next'])
  })

  it('begin a step again whose connection was cut off in the middle', async () => {
    await step('0001-count', 'create sequence tries')
    await run()
    // What a sequence has given is not taken back: the first try ends its own connection, the second does not.
    const cut = "select case when nextval('tries') = 1 then pg_terminate_backend(pg_backend_pid()) end"
    await step('0002-cut', `create table steps (n integer); ${cut}; insert into steps values (2)`)
    expect(await run()).to.deep.equal(['0002-cut'])
    expect(await query('select n, (select last_value from tries) as tries from steps')).to.deep.equal([
      { n: 2, tries: '2' },
    ])
  })

  it('end when the database falls silent in the middle of a step, which has left nothing then', async () => {
    const proxy = await openProxy(database.url)
    await step('0001-begun', 'create table begun (n integer)')
    await step('0002-held', 'create table steps (n integer); select pg_advisory_xact_lock(1)')
    // Whoever has it ends the step, and nobody's clock.
    const holder = openPool({ url: database.url, applicationName: 'holder', logger: silentLogger, max: 1 })
    await holder.query('select pg_advisory_lock(1)')
    const giveUp = new AbortController()
    const ended = migrateUntil(giveUp.signal, { url: proxy.url, folder, probeMs: 1_000 }).then(
      () => 'done',
      (error: unknown) => isDatabaseAway(error),
    )
    const ofMigrations = "select state, wait_event from pg_stat_activity where application_name = 'migrations'"
    await until('the step is held', async () =>
      (await query(`${ofMigrations} and wait_event = 'advisory'`)).length === 1 ? true : undefined,
    )
    proxy.fallSilent()
    giveUp.abort()
    expect(await ended).to.equal(true)
    await proxy.down()
    await holder.end()
    await until('nobody is at the step', async () => ((await query(ofMigrations)).length === 0 ? true : undefined))
    expect(await query("select to_regclass('steps') as found")).to.deep.equal([{ found: null }])
    expect(await run()).to.deep.equal(['0001-begun', '0002-held'])
  })

  it('say so when the database does not come', async () => {
    const error = await migrate({ url: 'postgres://127.0.0.1:1/none', folder, waitLimitMs: 400 }).then(
      () => undefined,
      (e: unknown) => e,
    )
    expect((error as { code?: string }).code).to.equal('ECONNREFUSED')
  })

  it('wait for a database that takes connections and says nothing, until they are told to give up', async () => {
    let connections = 0
    const server = await serverThat((socket) => {
      connections += 1
      socket.resume()
    })
    const giveUp = new AbortController()
    const url = `postgres://127.0.0.1:${server.port}/silent`
    const ended = migrateUntil(giveUp.signal, { url, folder, connectTimeoutMs: 50 }).then(
      () => undefined,
      (e: unknown) => e,
    )
    await until('it has come again', () => (connections > 1 ? true : undefined))
    giveUp.abort()
    const error = await ended
    await server.close()
    expect(error).to.have.property('message', 'timeout expired')
  })
})
