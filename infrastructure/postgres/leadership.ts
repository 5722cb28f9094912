import pg from 'pg'
import { atMost, pause } from '../time/waiting.ts'
import type { Queryable } from './pool.ts'

export type Leadership = {
  /** Aborts when the lock is lost or given back. Between the loss and its notice another may lead: guard every write by itself too. */
  readonly signal: AbortSignal
  /** Gives the lock back and closes its connection. Never throws. */
  release(): Promise<void>
}

export type LeadershipOptions = {
  readonly url: string
  /** One leader for each name, in the whole database. */
  readonly name: string
  readonly applicationName?: string
  /** How often the connection that holds the lock is asked whether it still lives. */
  readonly probeEveryMs?: number
  /** How long a connection may take to be made, in milliseconds. */
  readonly connectTimeoutMs?: number
  /** How long the database may take to answer, in milliseconds. */
  readonly queryTimeoutMs?: number
}

type Connection = { readonly client: pg.Client; readonly lost: AbortController }

const goodbyeMs = 2_000

const endQuietly = (client: pg.Client): Promise<void> =>
  // Whether it says goodbye, is already gone or says nothing any more: the server frees the lock with the connection.
  atMost(
    client.end().catch(() => undefined),
    goodbyeMs,
  )

const connect = async (options: LeadershipOptions): Promise<Connection> => {
  const { url, name, applicationName, connectTimeoutMs = 2_000, queryTimeoutMs = 5_000 } = options
  const client = new pg.Client({
    connectionString: url,
    application_name: applicationName ?? `leadership ${name}`,
    connectionTimeoutMillis: connectTimeoutMs,
    query_timeout: queryTimeoutMs,
    keepAlive: true,
  })
  const lost = new AbortController()
  client.on('error', () => lost.abort())
  client.on('end', () => lost.abort())
  await client.connect()
  try {
    // The server notices a leader whose machine is gone within some 25 s, and frees the lock.
    await client.query('set tcp_keepalives_idle = 10; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 3')
  } catch (error) {
    await endQuietly(client)
    throw error
  }
  return { client, lost }
}

/** The lock of a name, `$1`, as PostgreSQL numbers it. */
export const lockNumber = 'hashtextextended($1, 0)'

/** Takes the same lock until the transaction ends, if it is free now. */
export const triesLock = async (client: Queryable, name: string): Promise<boolean> => {
  const answer = await client.query<{ got: boolean }>(`select pg_try_advisory_xact_lock(${lockNumber}) as got`, [name])
  return answer.rows[0]?.got === true
}

const isGiven = async ({ client }: Connection, { name }: LeadershipOptions): Promise<boolean> => {
  const answer = await client.query<{ got: boolean }>(`select pg_try_advisory_lock(${lockNumber}) as got`, [name])
  return answer.rows[0]?.got === true
}

const held = ({ client, lost }: Connection, { probeEveryMs }: LeadershipOptions): Leadership => {
  const probe = setInterval(() => {
    client.query('select 1').catch(() => lost.abort())
  }, probeEveryMs ?? 5_000)
  lost.signal.addEventListener('abort', () => clearInterval(probe))
  return {
    signal: lost.signal,
    async release() {
      lost.abort()
      await endQuietly(client)
    },
  }
}

/** The lock if it is free now; else undefined. It lies on a connection of its own, and is lost with it. */
export const tryLeadership = async (options: LeadershipOptions): Promise<Leadership | undefined> => {
  const connection = await connect(options)
  try {
    if (await isGiven(connection, options)) return held(connection, options)
  } catch (error) {
    await endQuietly(connection.client)
    throw error
  }
  await endQuietly(connection.client)
  return undefined
}

/**
 * Waits until the lock is free, on one connection: asks again and again, since a question that waited in the database would keep it from
 * tidying up behind all that has changed meanwhile. Undefined when `signal` aborts first. Throws when the database is away.
 */
export const awaitLeadership = async (
  options: LeadershipOptions & {
    readonly signal: AbortSignal
    readonly retryEveryMs?: number
    /** Somebody else leads; called each time this was seen. */
    readonly standby?: () => void
  },
): Promise<Leadership | undefined> => {
  if (options.signal.aborted) return undefined
  const connection = await connect(options)
  try {
    while (!options.signal.aborted) {
      if (await isGiven(connection, options)) {
        if (!options.signal.aborted) return held(connection, options)
        break
      }
      options.standby?.()
      await pause(options.retryEveryMs ?? 500, options.signal)
    }
  } catch (error) {
    await endQuietly(connection.client)
    throw error
  }
  await endQuietly(connection.client)
  return undefined
}
