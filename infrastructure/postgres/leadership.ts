import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'

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
}

const connect = async ({ url, name, applicationName }: LeadershipOptions) => {
  const client = new pg.Client({
    connectionString: url,
    application_name: applicationName ?? `leadership ${name}`,
    connectionTimeoutMillis: 2_000,
    query_timeout: 5_000,
    keepAlive: true,
  })
  const lost = new AbortController()
  client.on('error', () => lost.abort())
  client.on('end', () => lost.abort())
  await client.connect()
  // The server notices a leader whose machine is gone within some 25 s, and frees the lock.
  await client.query('set tcp_keepalives_idle = 10; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 3')
  return { client, lost }
}

const endQuietly = (client: pg.Client): Promise<void> =>
  // Whether it says goodbye or is already gone: the server frees the lock with the connection.
  client.end().catch(() => undefined)

/** The lock if it is free now; else undefined. It lies on a connection of its own, and is lost with it. */
export const tryLeadership = async (options: LeadershipOptions): Promise<Leadership | undefined> => {
  const { client, lost } = await connect(options)
  try {
    const answer = await client.query<{ got: boolean }>('select pg_try_advisory_lock(hashtextextended($1, 0)) as got', [options.name])
    if (answer.rows[0]?.got !== true) {
      await endQuietly(client)
      return undefined
    }
  } catch (error) {
    await endQuietly(client)
    throw error
  }
  const probe = setInterval(() => {
    client.query('select 1').catch(() => lost.abort())
  }, options.probeEveryMs ?? 5_000)
  lost.signal.addEventListener('abort', () => clearInterval(probe))
  return {
    signal: lost.signal,
    async release() {
      lost.abort()
      await endQuietly(client)
    },
  }
}

/** Waits until the lock is free. Undefined when `signal` aborts first. Throws when the database is away. */
export const awaitLeadership = async (
  options: LeadershipOptions & {
    readonly signal: AbortSignal
    readonly retryEveryMs?: number
    /** Somebody else leads; called each time this was seen. */
    readonly standby?: () => void
  },
): Promise<Leadership | undefined> => {
  while (!options.signal.aborted) {
    const leadership = await tryLeadership(options)
    if (leadership !== undefined) {
      if (!options.signal.aborted) return leadership
      await leadership.release()
      return undefined
    }
    options.standby?.()
    // Only the abort can break this sleep, and the loop's condition sees it.
    await sleep(options.retryEveryMs ?? 500, undefined, { signal: options.signal }).catch(() => undefined)
  }
  return undefined
}
