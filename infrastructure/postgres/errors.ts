import { databaseTrustFault } from './database-trust.ts'

const codeOf = (error: unknown): string | undefined => {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' ? code : undefined
}

const networkCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_FAIL',
  'ECONNABORTED',
  'EHOSTDOWN',
  'ENETDOWN',
  'ENOENT',
])

/**
 * admin_shutdown, crash_shutdown, cannot_connect_now, idle_session_timeout, too_many_connections, and read_only_sql_transaction: a
 * primary that has become a replica.
 */
const awayStates = new Set(['57P01', '57P02', '57P03', '57P05', '53300', '25006'])

/**
 * pg and its pool give these no code; `errors.int.test.ts` has them from the libraries themselves. knex puts its statement in front. Of an
 * error that has a code the text is not looked at: there the server quotes what it was given.
 */
const awayMessages = [
  'Connection terminated',
  'timeout expired',
  'timeout exceeded when trying to connect',
  'Client has encountered a connection error and is not queryable',
  'Client was closed and is not queryable',
  'Query read timeout',
]

/** By its name: knex does not say what it is an instance of. A connection, or an answer, that did not come in time. */
const isKnexTimeout = (error: Error): boolean => error.name === 'KnexTimeoutError'

/**
 * The database cannot be reached or is going down: whatever was asked for, nothing is known of it. It may have been committed. Also one whose
 * certificate has run out, until it is renewed: nobody gets as far as to ask it anything.
 */
export const isDatabaseAway = (error: unknown): boolean => {
  if (databaseTrustFault(error) !== undefined) return true
  const code = codeOf(error)
  if (code !== undefined) return networkCodes.has(code) || awayStates.has(code) || code.startsWith('08')
  if (!(error instanceof Error)) return false
  return isKnexTimeout(error) || awayMessages.some((message) => error.message.includes(message))
}

/** What is told of a database that is away: for what, where that is its certificate. */
export const databaseAwayText = (error: unknown): string => databaseTrustFault(error) ?? 'the database is away'

/** serialization_failure, deadlock_detected, lock_not_available, query_canceled (the statement's time), and lack of resources. */
const passingStates = new Set(['40001', '40P01', '55P03', '57014', '53100', '53200', '53400'])

/** It may succeed when it is tried again, as it is. Includes a database that is away. */
export const isPassingDatabaseFault = (error: unknown): boolean => {
  const code = codeOf(error)
  return isDatabaseAway(error) || (code !== undefined && passingStates.has(code))
}

/** The database has taken the data and says that it will never do: data exceptions, broken constraints, and what is beyond its limits. */
export const isDataRefused = (error: unknown): boolean => /^(22|23|54)[0-9A-Z]{3}$/.test(codeOf(error) ?? '')

/** undefined_table and undefined_column: whoever makes them, the migrations or the projections, has not come that far. */
const notThereYet = new Set(['42P01', '42703'])

/** A table, or a column of one, is not there. Waiting helps, where it is made by another process that starts at the same time. */
export const isNotThereYet = (error: unknown): boolean => notThereYet.has(codeOf(error) ?? '')
