import { expect } from 'chai'
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import pg from 'pg'
import { untilTrue } from '../test/support/until.ts'
import { removePostgresData, startPostgres } from './postgres.ts'
import { clearEarlierServer } from './postgres/earlier-server.ts'

const query = async <Row extends pg.QueryResultRow>(url: string, text: string): Promise<Row[]> => {
  const client = new pg.Client({ connectionString: url })
  // A server that ends just now says so to whoever is connected, also between two questions; a question of its own is rejected besides.
  client.on('error', () => undefined)
  await client.connect()
  try {
    return (await client.query<Row>(text)).rows
  } finally {
    await client.end()
  }
}
const rejection = async (promise: Promise<unknown>): Promise<Error> =>
  promise.then(
    () => {
      throw new Error('expected a rejection')
    },
    (error: unknown) => error as Error,
  )
/** The cluster's directory: as root it does not lie where the data was asked for. */
const clusterOf = async (url: string) =>
  (await query<{ data_directory: string }>(url, 'show data_directory'))[0]?.data_directory ?? ''
const refusesConnections = (url: string) =>
  query(url, 'select 1').then(
    () => false,
    (error: NodeJS.ErrnoException) => error.code === 'ECONNREFUSED',
  )

describe('embedded PostgreSQL', function () {
  this.timeout(60_000)
  let folder: string
  let data: string
  let children: ChildProcess[]

  /** Starts it in a process of its own, which can be killed. */
  const startElsewhere = async (options: { data?: string; temporary?: boolean } = {}) => {
    const program = `
      import { startPostgres } from ${JSON.stringify(join(import.meta.dirname, 'postgres.ts'))}
      const { url } = await startPostgres(${JSON.stringify({ data, port: 0, ...options })})
      process.stdout.write(url + '\\n')`
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    children.push(child)
    for await (const url of createInterface({ input: child.stdout }))
      return { child, url, cluster: await clusterOf(url) }
    throw new Error('the other process ended without starting PostgreSQL')
  }

  // One cluster for all: making one takes longer than everything else here.
  before(async () => {
    children = []
    folder = await mkdtemp(join(tmpdir(), 'postgres-'))
    data = join(folder, 'data')
    await mkdir(data)
    await chmod(data, 0o700)
  })
  afterEach(() => {
    for (const child of children) child.kill('SIGKILL')
    children = []
  })
  after(async () => {
    await removePostgresData(data)
    await rm(folder, { recursive: true, force: true })
  })

  it('serves the database shop, in UTF-8, locale C and UTC, durably, and keeps what was committed', async () => {
    const first = await startPostgres({ data, port: 0 })
    expect(new URL(first.url).pathname).to.equal('/shop')
    const [settings] = await query(
      first.url,
      `select current_setting('server_encoding') as encoding, datcollate as locale, current_setting('TimeZone') as zone,
      current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit, current_setting('max_connections') as connections,
      current_setting('listen_addresses') as addresses from pg_database where datname = 'shop'`,
    )
    expect(settings).to.deep.equal({
      encoding: 'UTF8',
      locale: 'C',
      zone: 'UTC',
      fsync: 'on',
      commit: 'on',
      connections: '100',
      addresses: '127.0.0.1',
    })
    await query(first.url, `create table texts as select 'ä' as text`)
    await first.stop()
    expect(await first.ended).to.equal(0)

    const second = await startPostgres({ data, port: 0 })
    expect(await query(second.url, 'select text from texts')).to.deep.equal([{ text: 'ä' }])
    await second.stop()
  })

  it('asks for its password', async () => {
    const { url, stop } = await startPostgres({ data, port: 0 }).then(({ url: given, ...rest }) => ({
      url: new URL(given),
      stop: () => rest.stop(),
    }))
    url.password = 'wrong'
    expect((await rejection(query(url.href, 'select 1'))).message).to.include('password authentication failed')
    await stop()
  })

  it('says which port is taken, and leaves nothing behind', async () => {
    const other = createServer()
    await new Promise<void>((resolve) => {
      other.listen(0, '127.0.0.1', resolve)
    })
    const { port } = other.address() as AddressInfo
    expect((await rejection(startPostgres({ data, port }))).message).to.equal(`port ${port} is taken`)
    await new Promise((resolve) => other.close(resolve))
    await (await startPostgres({ data, port })).stop()
  })

  it('ends when the process that started it is killed', async () => {
    const { child, url, cluster } = await startElsewhere()
    child.kill('SIGKILL')
    await untilTrue('it refuses connections', () => refusesConnections(url))
    await untilTrue('its lock is gone', () => !existsSync(join(cluster, 'postmaster.pid')))
  })

  it('starts again at once after its starter was killed', async () => {
    const { child, url } = await startElsewhere()
    await query(url, 'create table numbers (n int)')
    child.kill('SIGKILL')
    const again = await startPostgres({ data, port: 0 })
    expect(await query(again.url, 'select * from numbers')).to.deep.equal([])
    await again.stop()
  })

  it('deletes temporary data, also when its starter is killed', async () => {
    const { child, cluster } = await startElsewhere({ data: join(folder, 'temporary'), temporary: true })
    expect(existsSync(cluster)).to.equal(true)
    child.kill('SIGKILL')
    await untilTrue('its data is gone', () => !existsSync(dirname(cluster)))
  })

  it('stops a server that has lost both its starter and its supervisor', async () => {
    const { child, url, cluster } = await startElsewhere()
    await query(url, 'create table kept (n int)')
    const server = Number.parseInt(readFileSync(join(cluster, 'postmaster.pid'), 'utf8'), 10)
    if (process.platform !== 'linux') return
    const supervisor = Number(readFileSync(`/proc/${server}/stat`, 'utf8').split(') ')[1]?.split(' ')[1])
    expect(readFileSync(`/proc/${supervisor}/cmdline`, 'utf8')).to.include('supervisor.ts')
    process.kill(supervisor, 'SIGKILL')
    child.kill('SIGKILL')
    expect(await query(url, 'select 1 as alive')).to.deep.equal([{ alive: 1 }])
    const again = await startPostgres({ data, port: 0 })
    expect(await refusesConnections(url)).to.equal(true)
    expect(await query(again.url, 'select * from kept')).to.deep.equal([])
    await again.stop()
  })

  it('leaves a server alone that another run is using', async () => {
    const { url, stop } = await startPostgres({ data, port: 0 }).then((started) => ({
      url: started.url,
      stop: () => started.stop(),
    }))
    expect((await rejection(clearEarlierServer(await clusterOf(url), 200))).message).to.include('already running')
    expect(await query(url, 'select 1 as alive')).to.deep.equal([{ alive: 1 }])
    await stop()
  })

  for (const [what, pid] of [
    ['is dead', 2 ** 22 + 1],
    ['is something else by now', process.pid],
  ] as const) {
    it(`is not held up by the note of a process that ${what}`, async () => {
      const first = await startPostgres({ data, port: 0 })
      const cluster = await clusterOf(first.url)
      const note = readFileSync(join(cluster, 'postmaster.pid'), 'utf8')
      await first.stop()
      await writeFile(join(cluster, 'postmaster.pid'), note.replace(/^\d+/, String(pid)))
      await (await startPostgres({ data, port: 0 })).stop()
    })
  }

  it('does not start on the data of another version', async () => {
    const first = await startPostgres({ data, port: 0 })
    const cluster = await clusterOf(first.url)
    await first.stop()
    const version = join(cluster, 'PG_VERSION')
    const right = readFileSync(version)
    await writeFile(version, '12\n')
    expect((await rejection(startPostgres({ data, port: 0 }))).message).to.include('was made by PostgreSQL 12')
    await writeFile(version, right)
  })

  it('takes nothing half-made for a database', async () => {
    const first = await startPostgres({ data, port: 0 })
    const cluster = await clusterOf(first.url)
    await first.stop()
    // As a kill in the middle of initdb leaves it.
    const half = join(dirname(cluster), 'initialising-1')
    await rename(cluster, half)
    await rm(join(half, 'global'), { recursive: true })
    const second = await startPostgres({ data, port: 0 })
    expect(await query(second.url, 'select 1 as alive')).to.deep.equal([{ alive: 1 }])
    expect(existsSync(half)).to.equal(false)
    await second.stop()
  })
})
