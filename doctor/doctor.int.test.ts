import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect } from 'chai'
import { startEventStore } from 'eventstoredb-compatible-server/source'
import { positionToText } from '../infrastructure/event-store/position.ts'
import { openTables } from '../infrastructure/projections/tables.ts'
import { groupSettings } from '../processors/groups.ts'
import { serviceNames } from '../processors/services.ts'
import { migratedDatabase, type MigratedDatabase } from '../test/processors/database.ts'
import { childEnvironment } from '../test/support/child-environment.ts'
import { checkClocks } from './clocks.ts'
import { openExamined, type Examined } from './examined.ts'
import type { Finding } from './finding.ts'
import { checkGroups } from './groups.ts'
import { checkMigrated } from './migrated.ts'
import { checkPlaces } from './places.ts'
import { checkReadTables, keepers } from './read-tables.ts'
import { checkStores } from './stores.ts'
import { checkVersions } from './versions.ts'

const root = join(import.meta.dirname, '..')
const migrations = join(root, 'migrations')

describe('the doctor', function () {
  this.timeout(60_000)
  let server: Awaited<ReturnType<typeof startEventStore>>
  let database: MigratedDatabase
  let examined: Examined
  before(async () => {
    server = await startEventStore({ port: 0, data: 'memory' })
    database = await migratedDatabase()
    examined = await openExamined({ EVENTSTORE_URL: server.url, DATABASE_URL: database.url }, [])
  })
  after(async () => {
    await examined.close()
    await database.close()
    await server.stop()
  })

  const statesOf = (findings: readonly Finding[]) => [...new Set(findings.map(({ state }) => state))]
  const wrongOf = (findings: readonly Finding[]) =>
    findings.filter(({ state }) => state === 'wrong').map(({ about, seen }) => `${about}: ${seen}`)
  const query = (statement: string) => database.pool.query(statement)

  it('finds stores that answer, of versions that are new enough, whose clocks are right', async () => {
    for (const check of [checkStores, checkVersions, checkClocks])
      expect(statesOf(await check(examined)), check.name).to.deep.equal(['fine'])
  })

  it('finds clocks that are wrong, in which direction', async () => {
    const seen = async (offsetMs: number) =>
      (await checkClocks(examined, () => Date.now() + offsetMs)).map((one) => one.seen)
    for (const text of await seen(-60_000)) expect(text).to.match(/^(59|60)\.\d s ahead of this machine's$/)
    for (const text of await seen(60_000)) expect(text).to.match(/^(5[89]|60)\.\d s behind this machine's$/)
  })

  it('finds a database that is behind this release, and one that is ahead of it', async () => {
    expect(wrongOf(await checkMigrated(examined, migrations))).to.deep.equal([])
    await query("update migrations set name = '0999-of-tomorrow' where name = '0009-roles'")
    expect(wrongOf(await checkMigrated(examined, migrations))).to.deep.equal(['migrations: not done yet: 0009-roles'])
    await query("update migrations set name = '0009-roles' where name = '0999-of-tomorrow'")
    await query("insert into migrations (name, batch) values ('0999-of-tomorrow', 9)")
    expect(wrongOf(await checkMigrated(examined, migrations))).to.deep.equal([
      'migrations: of a newer release: 0999-of-tomorrow',
    ])
    await query("delete from migrations where name = '0999-of-tomorrow'")
  })

  it('finds groups that are missing, set otherwise, consumed by nobody, and far behind', async () => {
    const { eventStore } = examined
    if ('fault' in eventStore) throw new Error(eventStore.fault)
    const { store } = eventStore
    expect(wrongOf(await checkGroups(examined))).to.deep.equal(serviceNames.map((name) => `group ${name}: missing`))
    for (const name of serviceNames) await store.ensureGroup(name, { ...groupSettings, maxRetryCount: 10 })
    expect(wrongOf(await checkGroups(examined))).to.deep.equal(
      serviceNames.map((name) => `group ${name}: is set otherwise than wanted: maxRetryCount 10, wanted 1000000`),
    )
    for (const name of serviceNames) await store.updateGroup(name, groupSettings)
    const seen = (await checkGroups(examined, later)).map(({ seen: words }) => words)
    for (const words of seen) expect(words).to.match(/^nobody consumes it; its oldest event waits for 1\d\d s$/)
    const consumed = { ...store, groupInfo: async (group: string) => consumedInfo(await store.groupInfo(group)) }
    const asIfConsumed = { eventStore: { ...eventStore, store: consumed } }
    for (const words of wrongOf(await checkGroups(asIfConsumed, later)))
      expect(words).to.match(/^group \w+: is behind: its oldest event that is not done waits for 1\d\d s$/)
    expect(statesOf(await checkGroups(asIfConsumed, later))).to.deep.equal(['wrong'])
    expect(statesOf(await checkGroups(asIfConsumed, () => new Date(0)))).to.deep.equal(['fine'])
  })
  const later = () => new Date(Date.now() + 100_000)
  const consumedInfo = <Info extends object>(info: Info | undefined) => info && { ...info, connections: 2 }

  describe('of the tables', () => {
    const change = (what: string) => query(`update projection_checkpoints set ${what} where name = 'orders'`)
    const seen = async () => wrongOf(await checkReadTables(examined))

    it('finds that they are missing', async () => {
      const all = keepers.flatMap(({ projections }) => projections.map(({ table }) => `table ${table.name}: missing`))
      expect(await seen()).to.deep.equal(all)
      for (const { projections } of keepers) await openTables(database.pool, projections)
      await query('update projection_checkpoints set caught_up = true, updated_at = now()')
      expect(await seen()).to.deep.equal([])
    })

    const reset = 'version = $v, position = null, stands_still = null, caught_up = true, updated_at = now()'
    for (const [what, changed, words] of [
      ['stands still', "stands_still = 'its rebuild failed'", 'table orders: stands still: its rebuild failed'],
      [
        'has a checkpoint that makes no sense',
        "position = 'nonsense'",
        "table orders: its checkpoint 'nonsense' is no place",
      ],
      ['is of an older version', 'version = 1', 'table orders: is of version 1, wanted'],
      ['is of a newer version', 'version = 99', 'table orders: is of version 99, this release is of'],
      ['is looked after by nobody', "updated_at = now() - interval '1 hour'", 'behind, or looked after by nobody'],
    ] as const) {
      it(`finds one that ${what}`, async () => {
        const { rows } = await database.pool.query<{ version: number }>(
          "select version from projection_checkpoints where name = 'orders'",
        )
        await change(changed)
        const [first, ...others] = await seen()
        await change(reset.replace('$v', String(rows[0]?.version)))
        expect(first).to.include(words)
        expect(others).to.deep.equal([])
        expect(await seen()).to.deep.equal([])
      })
    }

    it('finds rows that are set aside', async () => {
      await query(
        "insert into projection_failures (name, key, position, stream, event_id, event_type, error) values ('orders', 'o', '', 's', 'e', 't', 'x')",
      )
      expect(await seen()).to.deep.equal(['table orders: rows set aside: 1'])
      await query('delete from projection_failures')
    })

    it('finds one whose place the log does not have', async () => {
      expect(statesOf(await checkPlaces(examined))).to.deep.equal(['fine'])
      const nowhere = positionToText({ commit: 99_999_999n, prepare: 99_999_999n })
      await change(`position = '${nowhere}'`)
      expect(wrongOf(await checkPlaces(examined))).to.deep.equal([
        `tables against the log: the log does not have the place of orders (${nowhere}): the event store was put back, or is another one`,
      ])
      await change('position = null')
    })
  })

  it('says what it could not look at when both stores are away, and why', async () => {
    const away = await openExamined({ EVENTSTORE_URL: 'esdb://127.0.0.1:1?tls=false', DATABASE_URL: '' }, [], 2_000)
    const stores = await checkStores(away)
    expect(stores.map(({ state }) => state)).to.deep.equal(['wrong', 'wrong'])
    expect(stores[0]?.seen).to.include('ECONNREFUSED')
    expect(stores[1]?.seen).to.include('DATABASE_URL is not set')
    for (const check of [checkGroups, checkReadTables, checkPlaces])
      expect(statesOf(await check(away)), check.name).to.deep.equal(['unknown'])
    expect(statesOf(await checkMigrated(away, migrations))).to.deep.equal(['unknown'])
    await away.close()
  })

  describe('as a command', () => {
    const run = async (...args: readonly string[]) => {
      const child = spawn(process.execPath, ['doctor/cli.ts', ...args], {
        cwd: root,
        env: {
          ...childEnvironment,
          EVENTSTORE_URL: server.url,
          DATABASE_URL: database.url,
          PROJECTIONS_PORT: '0',
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
      return { code: child.exitCode, output, errors }
    }

    it('ends with 1 while something is wrong, names it as JSON, and says nothing else', async () => {
      const { code, output, errors } = await run('--json', '--process', 'projections')
      expect({ code, errors }).to.deep.equal({ code: 1, errors: '' })
      const { findings } = JSON.parse(output) as { findings: Finding[] }
      expect(findings.map(({ about }) => about)).to.include.members([
        'configuration of projections',
        'tables against the log',
      ])
      expect(findings.find(({ about }) => about === 'group order')?.todo).to.include('Start the processors')
    })

    it('ends with 2 when it is asked wrongly, and with 0 when it is asked what it can', async () => {
      const asked = await run('--process', 'nobody')
      expect(asked.code).to.equal(2)
      expect(asked.errors).to.include('command-api, read-api')
      const help = await run('--help')
      expect(help.code).to.equal(0)
      expect(help.output).to.include('Exit codes: 0 all is fine')
    })
  })
})
