import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { startPostgres } from '../../embedded/postgres.ts'
import { migrate } from '../../infrastructure/postgres/migrations.ts'

export type TestDatabase = {
  url: string
  /** Deletes the database; connections to it that are still open are cut off. */
  drop: () => Promise<void>
}

type Server = { url: string; stop(): Promise<void> }

const startServer = async (): Promise<Server> => {
  const given = process.env['TEST_DATABASE_URL']
  if (given !== undefined) return { url: given, stop: async () => undefined }
  const data = await mkdtemp(join(tmpdir(), 'test-postgres-'))
  const started = await startPostgres({ data, port: 0, temporary: true })
  return {
    url: started.url,
    stop: async () => {
      await started.stop()
      await rm(data, { recursive: true, force: true })
    },
  }
}

let server: Promise<Server> | undefined

const run = async (url: string, statement: string) => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

const create = async (name: string, more = ''): Promise<TestDatabase> => {
  const { url } = await (server ??= startServer())
  await run(url, `create database ${name} ${more}`)
  const own = new URL(url)
  own.pathname = `/${name}`
  return { url: own.href, drop: () => run(url, `drop database if exists ${name} with (force)`) }
}
const newName = () => `test_${process.pid}_${randomBytes(6).toString('hex')}`

/**
 * A new, empty database. All of one process lie on one server, started at the first call and stopped when mocha is done (or with the
 * process); with TEST_DATABASE_URL set, on that server.
 */
export const testDatabase = (): Promise<TestDatabase> => create(newName())

type Template = TestDatabase & { readonly name: string }

let template: Promise<Template> | undefined

/** A new database in which all migrations are done now: what they note of the time is true of it. */
export const newlyMigratedTestDatabase = async (): Promise<Template> => {
  const name = newName()
  const database = await create(name)
  await migrate({ url: database.url, folder: join(import.meta.dirname, '../../migrations'), waitLimitMs: 20_000 })
  return { ...database, name }
}

/** A new database as the processes find it: a copy of one in which all migrations were done. */
export const migratedTestDatabase = async (): Promise<TestDatabase> => {
  const { name } = await (template ??= newlyMigratedTestDatabase())
  return create(newName(), `template ${name}`)
}

/** Stops the server of `testDatabase`. mocha does it by itself; other programs may want to. */
export const stopTestPostgres = async (): Promise<void> => {
  const copied = template
  template = undefined
  await copied?.then(({ drop }) => drop())
  const running = server
  server = undefined
  if (running !== undefined) await (await running).stop()
}

// At the root of the suite, where mocha is what runs this.
if (typeof after === 'function') after(stopTestPostgres)
