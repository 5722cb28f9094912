import type { Socket } from 'node:net'
import { expect } from 'chai'
import knex from 'knex'
import pg from 'pg'
import {
  closingServer,
  refusingPort,
  resettingServer,
  serverThat,
  silentServer,
  unknownHost,
  type BrokenServer,
} from '../../test/support/broken-servers.ts'
import { silentLogger } from '../observability/logger.ts'
import { isDatabaseAway } from './errors.ts'
import { tryLeadership } from './leadership.ts'
import { openPool } from './pool.ts'

const limitMs = 100

/** AuthenticationOk and ReadyForQuery, as a server greets whom it lets in. */
const welcome = Buffer.from('R\0\0\0\x08\0\0\0\0Z\0\0\0\x05I', 'latin1')
/** Lets everybody in, and does this with what is asked then. */
const welcoming = (asked: (socket: Socket) => void): Promise<BrokenServer> =>
  serverThat((socket) => {
    socket.once('data', () => {
      socket.write(welcome)
      socket.on('data', () => asked(socket))
    })
  })

const rejection = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  )

/** The first error that each kind of client has of a server at this address. */
const clients: Readonly<Record<string, (url: string) => Promise<unknown>>> = {
  'a pool': async (url) => {
    const limits = { connectTimeoutMs: limitMs, queryTimeoutMs: limitMs }
    const pool = openPool({ url, applicationName: 'test', logger: silentLogger, ...limits })
    const error = await rejection(pool.query('select 1'))
    await pool.end()
    return error
  },
  'a client': async (url) => {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: limitMs, query_timeout: limitMs })
    client.on('error', () => undefined)
    const error = await rejection(client.connect().then(() => client.query('select 1')))
    const after = await rejection(client.query('select 2'))
    await client.end()
    // What the client says once it is broken has to be understood as well.
    return isDatabaseAway(error) ? after : error
  },
  leadership: (url) =>
    rejection(tryLeadership({ url, name: 'test', connectTimeoutMs: limitMs, queryTimeoutMs: limitMs })),
  'knex, by the limit of its connection': async (url) => {
    const connection = { connectionString: url, connectionTimeoutMillis: limitMs, query_timeout: limitMs }
    return knexError({ connection })
  },
  'knex, by the limit of its pool': (url) => knexError({ connection: url, acquireConnectionTimeout: limitMs }),
}

const knexError = async (config: object): Promise<unknown> => {
  const log = { warn: () => undefined, error: () => undefined }
  const database = knex({ client: 'pg', pool: { min: 0, max: 1, createTimeoutMillis: limitMs }, log, ...config })
  const error = await rejection(Promise.resolve(database.raw('select 1').timeout(limitMs)))
  await database.destroy()
  return error
}

describe('a database that is away, by what the libraries say of it', () => {
  const servers: BrokenServer[] = []
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.close()
  })
  const at = async (starting: Promise<BrokenServer>): Promise<string> => {
    const server = await starting
    servers.push(server)
    return `postgres://shop@127.0.0.1:${server.port}/shop`
  }

  const places: Readonly<Record<string, () => Promise<string>>> = {
    'nobody listens': async () => `postgres://shop@127.0.0.1:${await refusingPort()}/shop`,
    'nobody listens, at any address of a name': async () => `postgres://shop@localhost:${await refusingPort()}/shop`,
    'no such name': async () => `postgres://shop@${unknownHost}:5432/shop`,
    'takes connections, and says nothing': () => at(silentServer()),
    'hangs up': () => at(closingServer()),
    'resets the connection': () => at(resettingServer()),
    'falls silent once somebody is in': () => at(welcoming(() => undefined)),
    'hangs up once somebody is in': () => at(welcoming((socket) => socket.end())),
    'resets the connection once somebody is in': () => at(welcoming((socket) => socket.resetAndDestroy())),
  }

  for (const [name, failing] of Object.entries(clients)) {
    describe(name, () => {
      for (const [place, url] of Object.entries(places)) {
        it(place, async () => {
          const error = await failing(await url())
          expect(error).to.be.instanceOf(Error)
          expect(isDatabaseAway(error), String(error)).to.equal(true)
        })
      }
    })
  }

  it('a pool whose connections are all in use', async () => {
    const url = await at(welcoming(() => undefined))
    const pool = openPool({ url, applicationName: 'test', logger: silentLogger, connectTimeoutMs: limitMs, max: 1 })
    const client = await pool.connect()
    const error = await rejection(pool.connect())
    client.release(true)
    await pool.end()
    expect(error).to.have.property('message', 'timeout exceeded when trying to connect')
    expect(isDatabaseAway(error)).to.equal(true)
  })
})
