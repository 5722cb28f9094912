import { once } from 'node:events'
import { expect } from 'chai'
import pg from 'pg'
import { testDatabase, type TestDatabase } from '../../test/support/postgres.ts'
import { until } from '../../test/support/until.ts'
import { awaitLeadership, tryLeadership } from './leadership.ts'

describe('leadership', () => {
  let database: TestDatabase
  before(async () => {
    database = await testDatabase()
  })
  after(() => database.drop())

  const options = (name: string) => ({ url: database.url, name })

  it('is held by one at a time, under each name', async () => {
    const first = await tryLeadership(options('a'))
    const second = await tryLeadership(options('a'))
    const other = await tryLeadership(options('b'))
    expect([first === undefined, second === undefined, other === undefined]).to.deep.equal([false, true, false])
    await first?.release()
    await other?.release()
  })

  it('goes to the one that waits when it is given back', async () => {
    const first = await tryLeadership(options('handover'))
    const waiting = awaitLeadership({ ...options('handover'), signal: new AbortController().signal, retryEveryMs: 20 })
    await first?.release()
    const second = await waiting
    expect(second?.signal.aborted).to.equal(false)
    await second?.release()
  })

  it('is waited for on one connection, and the wait ends with it', async () => {
    const leader = await tryLeadership(options('one connection'))
    let asked = 0
    const calling = new AbortController()
    const waiting = awaitLeadership({
      ...options('one connection'),
      applicationName: 'standby',
      signal: calling.signal,
      retryEveryMs: 5,
      standby: () => {
        asked += 1
      },
    }).then(
      () => 'waits',
      () => 'says that the database was away',
    )
    const client = new pg.Client({ connectionString: database.url })
    await client.connect()
    const pids = async () =>
      (
        await client.query<{ pid: number }>("select pid from pg_stat_activity where application_name = 'standby'")
      ).rows.map(({ pid }) => pid)
    const seen = new Set<number>()
    await until('it has asked often', async () => {
      for (const pid of await pids()) seen.add(pid)
      return asked >= 20 ? true : undefined
    })
    expect(seen.size).to.equal(1)
    await client.query("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'standby'")
    expect(await waiting).to.equal('says that the database was away')
    await client.end()
    await leader?.release()
  })

  it('is lost with its connection, and the holder is told', async () => {
    const held = await tryLeadership({ ...options('lost'), applicationName: 'to be cut' })
    if (held === undefined) throw new Error('the lock should be free')
    const told = once(held.signal, 'abort')
    const client = new pg.Client({ connectionString: database.url })
    await client.connect()
    await client.query("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'to be cut'")
    await told
    expect(held.signal.aborted).to.equal(true)
    await client.end()
    await held.release()
  })

  it('is not waited for when the wait is called off', async () => {
    const held = await tryLeadership(options('called off'))
    const calling = new AbortController()
    const waiting = awaitLeadership({ ...options('called off'), signal: calling.signal, retryEveryMs: 10_000 })
    calling.abort()
    expect(await waiting).to.equal(undefined)
    await held?.release()
  })
})
