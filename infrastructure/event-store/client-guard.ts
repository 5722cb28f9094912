/**
 * The client keeps the appends that wait for an answer in one table for the whole process and clears it when any of its append
 * streams breaks. An answer that comes after that finds no entry, and the client's own listener throws a TypeError that nobody can
 * catch. Every append in question has been rejected before and is being sent again, so nothing is lost by it.
 */
export const isLateAnswer = (error: unknown): boolean =>
  error instanceof TypeError && error.message.includes('is not iterable') && (error.stack ?? '').includes('batchAppend.js')

/**
 * When an append stream breaks while writes queue up behind it, the client rejects promises that it has handed to nobody: a gRPC
 * error (numeric code) of a call opened by its batch append. The appends themselves are rejected apart from that.
 */
export const isOrphanedWrite = (reason: unknown): boolean =>
  reason instanceof Error && 'code' in reason && typeof reason.code === 'number' && (reason.stack ?? '').includes('batchAppend.js')

/** One of the two known faults of the client, which a process may survive: see `run`. Every other uncaught error has to end it. */
export const isClientFault = (error: unknown): boolean => isLateAnswer(error) || isOrphanedWrite(error)

/**
 * With DEBUG=esdb* the client prints the connection string with its password, and everything that is stored.
 * @throws when that is asked for where it must not be
 */
export const refuseTellingDebug = (environment: { readonly DEBUG?: string | undefined; readonly NODE_ENV?: string | undefined }): void => {
  const patterns = (environment.DEBUG ?? '').split(/[\s,]+/).filter((pattern) => pattern !== '' && !pattern.startsWith('-'))
  if (environment.NODE_ENV === 'production' && patterns.some((pattern) => pattern.startsWith('esdb') || pattern.startsWith('*'))) {
    throw new Error(`DEBUG=${environment.DEBUG} would print passwords and the events of customers; it is refused in production`)
  }
}
