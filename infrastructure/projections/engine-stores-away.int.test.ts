import { expect } from 'chai'
import { counters } from '../../test/projections/counters.ts'
import { openCounting, type Counting } from '../../test/projections/counting.ts'
import { openProxy, type SwitchableProxy } from '../../test/projections/switchable-proxy.ts'
import { waitForTables } from '../../test/projections/wait-for-tables.ts'
import { until } from '../../test/support/until.ts'
import { silentLogger } from '../observability/logger.ts'
import { openPool } from '../postgres/pool.ts'
import { reasonsNotReady } from './status.ts'

describe('the projection engine, with stores that are away', function () {
  this.timeout(60_000)
  let counting: Counting
  beforeEach(async () => {
    counting = await openCounting()
  })
  let proxies: SwitchableProxy[] = []
  afterEach(async () => {
    await Promise.all(proxies.map((proxy) => proxy.down()))
    proxies = []
    await counting.close()
  })

  const proxyTo = async (target: string): Promise<SwitchableProxy> => {
    const proxy = await openProxy(target)
    proxies.push(proxy)
    return proxy
  }

  it('neither loses nor repeats anything when its connections are cut again and again', async () => {
    const { add, start, url, pool, head, rows, expected } = counting
    start()
    const cutter = openPool({ url, applicationName: 'cutter', logger: silentLogger, max: 1 })
    for (let n = 0; n < 600; n += 1) {
      add(`c${n % 11}`, n)
      if (n % 60 === 30) {
        await cutter.query(
          "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name <> 'cutter'",
        )
      }
      if (n % 10 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    await cutter.end()
    await until('all is there again', async () => (await waitForTables(pool, ['counts'], head(), 1_000)) || undefined)
    expect(await rows()).to.deep.equal(expected())
  })

  it('waits for a PostgreSQL that is away, says so, and goes on by itself', async () => {
    const { add, start, caughtUp, url, rows, expected } = counting
    const proxy = await openProxy(url)
    const pool = openPool({ url: proxy.url, applicationName: 'by proxy', logger: silentLogger })
    add('a', 1)
    const engine = start([counters('counts')], { pool, url: proxy.url })
    await caughtUp('counts')
    await proxy.down()
    add('a', 2)
    await until('it says so', () =>
      reasonsNotReady(engine.status()).join() === 'PostgreSQL is away' ? true : undefined,
    )
    await proxy.up()
    await caughtUp('counts')
    await until('it is ready', () => (reasonsNotReady(engine.status()).length === 0 ? true : undefined))
    expect(await rows()).to.deep.equal(expected())
    await engine.stop()
    await pool.end()
    await proxy.down()
  })

  it('waits for migrations that have not run, says so without an alarm, and goes on by itself', async () => {
    const { add, start, caughtUp, pool, rows, expected } = counting
    const errors: string[] = []
    const logger = { ...silentLogger, error: (message: string) => errors.push(message) }
    await pool.query('alter table projection_checkpoints rename to not_made_yet')
    add('a', 1)
    const engine = start([counters('counts')], { logger })
    await until('it says so', () =>
      reasonsNotReady(engine.status()).join() === 'the migrations have not come that far yet' ? true : undefined,
    )
    await pool.query('alter table not_made_yet rename to projection_checkpoints')
    await caughtUp('counts')
    expect([await rows(), errors]).to.deep.equal([expected(), []])
  })

  it('waits for an event store that is away, says so, and goes on by itself', async () => {
    const { add, start, caughtUp, logged, rows, expected } = counting
    add('a', 1)
    const engine = start()
    await caughtUp('counts')
    logged.away = true
    await until('it says so', () =>
      reasonsNotReady(engine.status()).join() === 'the event store is away' ? true : undefined,
    )
    add('a', 2)
    logged.away = false
    await caughtUp('counts')
    await until('it is ready', () => (reasonsNotReady(engine.status()).length === 0 ? true : undefined))
    expect(await rows()).to.deep.equal(expected())
  })

  it('asks a PostgreSQL that is away less and less often', async () => {
    // Behind the proxy there is nobody: it counts who comes, and hangs up.
    const proxy = await proxyTo('postgres://127.0.0.1:1/nowhere')
    const began = Date.now()
    const engine = counting.start(undefined, { url: proxy.url })
    await until('it has come six times', () => (proxy.connections() >= 6 ? true : undefined), { everyMs: 10 })
    // The half of 100, 200, 400, 800 and 1,600 ms at least.
    expect(Date.now() - began).to.be.greaterThan(1_500)
    expect(reasonsNotReady(engine.status())).to.deep.equal(['PostgreSQL is away'])
  })
})
