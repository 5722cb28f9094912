import pg from 'pg'
import type { Logger } from '../observability/logger.ts'

export type PoolOptions = {
  readonly url: string
  /** Seen in pg_stat_activity. */
  readonly applicationName: string
  readonly logger: Logger
  readonly max?: number
  /** A statement that takes longer is ended by the server. */
  readonly statementTimeoutMs?: number
  /** How long to wait for an answer: beyond the limit of a statement, for a server that no longer answers at all. */
  readonly queryTimeoutMs?: number
  /** How long to wait for a connection, be it from the pool or from the server. */
  readonly connectTimeoutMs?: number
}

export type Pool = pg.Pool
/** What a query can be sent to: the pool, or one connection inside a transaction. */
export type Queryable = Pick<pg.ClientBase, 'query'>

/** A bounded pool. Connects when it is first used; ends by `end()`, which waits for what is still out. */
export const openPool = (options: PoolOptions): Pool => {
  const { url, applicationName, logger, max = 10, statementTimeoutMs = 10_000, connectTimeoutMs = 2_000 } = options
  const { queryTimeoutMs = statementTimeoutMs + 5_000 } = options
  const pool = new pg.Pool({
    connectionString: url,
    application_name: applicationName,
    max,
    statement_timeout: statementTimeoutMs,
    query_timeout: queryTimeoutMs,
    connectionTimeoutMillis: connectTimeoutMs,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
  })
  // A connection that breaks while nobody asks it anything emits an error; unheard, it would end the process.
  pool.on('error', (error) => logger.warn('an idle database connection was lost', { error }))
  pool.on('connect', (client) => {
    client.on('error', (error: Error) => logger.debug('a database connection was lost', { error }))
  })
  return pool
}

/**
 * All of `work` or nothing. When it throws, the transaction is rolled back and the error passed on; a connection that cannot even
 * roll back is thrown away. An error of the commit itself means that nobody knows: read what is there.
 */
export const inTransaction = async <Result>(
  pool: Pool,
  work: (client: Queryable) => Promise<Result>,
): Promise<Result> => {
  const client = await pool.connect()
  let broken: Error | undefined
  try {
    await client.query('begin')
    const result = await work(client)
    await client.query('commit')
    return result
  } catch (error) {
    await client.query('rollback').catch((rollbackError: unknown) => {
      broken = rollbackError instanceof Error ? rollbackError : new Error(String(rollbackError))
    })
    throw error
  } finally {
    client.release(broken)
  }
}
