import { StoreUnavailable } from './port.ts'

/**
 * What an error of the client means for what was asked.
 * - `conflict`: the stream is elsewhere; this append has not landed and never will.
 * - `missing`, `exists`: the stream or group is not there, or is there already.
 * - `passing`: refused for the time being, and nothing was done.
 * - `unknown_outcome`: the store is away or did not answer in time; what was asked may have been done or may yet be.
 * - `fatal`: refused for good (rights, size, a broken request), or a fault of this code. Repeating it won't help.
 */
export type Fault = 'conflict' | 'missing' | 'exists' | 'passing' | 'unknown_outcome' | 'fatal'

const byType: Readonly<Record<string, Fault>> = {
  'wrong-expected-version': 'conflict',
  'stream-not-found': 'missing',
  'no-stream': 'missing',
  'persistent-subscription-does-not-exist': 'missing',
  'persistent-subscription-exists': 'exists',
  'not-leader': 'passing',
  'maximum-subscribers-reached': 'passing',
  'persistent-subscription-dropped': 'unknown_outcome',
  unavailable: 'unknown_outcome',
  timeout: 'unknown_outcome',
  'deadline-exceeded': 'unknown_outcome',
  cancelled: 'unknown_outcome',
}

/**
 * gRPC status codes after which nobody can say what happened: CANCELLED, UNKNOWN, DEADLINE_EXCEEDED, ABORTED, INTERNAL, UNAVAILABLE. What was
 * under way when a server was told to stop has ended with any of them.
 */
const unknownCodes: ReadonlySet<unknown> = new Set([1, 2, 4, 10, 13, 14])

/** UNKNOWN is also how the server refuses what it can't make sense of, such as a position that lies inside of an event. */
const refusals = /Unexpected Read\w+Result|Envelope callback expected/

/** Plain errors of grpc-js, of sockets and of the cluster discovery, which carry neither a type nor a status. */
const connectionTrouble = /channel.*(shut down|closed)|write after end|failed to discover|call.*(closed|cancelled)/i
const socketCodes: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
])

/**
 * The client's errors come in three shapes: its own classes with a `type`; raw gRPC errors with a numeric `code` and no type (the
 * failed request for the server's features, which every later call then repeats); and plain errors with neither.
 */
export const classifyError = (error: unknown): Fault => {
  if (error instanceof StoreUnavailable) return 'unknown_outcome'
  if (!(error instanceof Error)) return 'fatal'
  const type = 'type' in error ? error.type : undefined
  const code = 'code' in error ? error.code : undefined

  if (typeof type === 'string' && type !== 'unknown') return byType[type] ?? 'fatal'
  if (typeof code === 'number')
    return unknownCodes.has(code) && !refusals.test(error.message) ? 'unknown_outcome' : 'fatal'
  // A batch append that failed inside the server has no code and no message. One that was refused says what was not recognised.
  if (type === 'unknown') return error.message === '' ? 'unknown_outcome' : 'fatal'
  return socketCodes.has(code) || connectionTrouble.test(error.message) ? 'unknown_outcome' : 'fatal'
}

/**
 * No type, a code that is not UNAVAILABLE: the request for the features of the server has failed, and the client would answer with that
 * for ever.
 */
export const isKeptFailure = (error: unknown): boolean =>
  error instanceof Error && !('type' in error) && 'code' in error && typeof error.code === 'number' && error.code !== 14

/** Whether the same may be asked again in a while. */
export const mayPass = (fault: Fault): boolean => fault === 'passing' || fault === 'unknown_outcome'

/** `StoreUnavailable` for what may pass; any other error as it is. */
export const asStoreFault = (error: unknown, what: string): unknown => {
  if (error instanceof StoreUnavailable || !mayPass(classifyError(error))) return error
  return new StoreUnavailable(
    `${what}: ${error instanceof Error && error.message !== '' ? error.message : 'the store is away'}`,
    { cause: error },
  )
}
