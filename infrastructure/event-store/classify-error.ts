import { UnknownError, type ErrorType } from '@eventstore/db-client'
import {
  unpackToCommandError,
  unpackWrongExpectedVersion,
} from '@eventstore/db-client/dist/streams/appendToStream/unpackError.js'
import type shared from '@eventstore/db-client/generated/shared_pb.js'
import type { Status } from '@eventstore/db-client/generated/status_pb.js'
import { StoreUnavailable, VersionConflict, type ActualRevision, type ExpectedRevision } from './port.ts'

/**
 * What an error of the client means for what was asked.
 * - `conflict`: the stream is elsewhere; this append has not landed and never will.
 * - `missing`, `exists`: the stream or group is not there, or is there already.
 * - `passing`: refused for the time being, and nothing was done.
 * - `unknown_outcome`: the store is away or did not answer in time; what was asked may have been done or may yet be.
 * - `fatal`: refused for good (rights, size, a broken request), or a fault of this code. Repeating it won't help.
 */
export type Fault = 'conflict' | 'missing' | 'exists' | 'passing' | 'unknown_outcome' | 'fatal'

/** All that the client has but `unknown`, which says nothing: one that a new version brings has to be judged here before it compiles. */
const byType: Readonly<Record<Exclude<`${ErrorType}`, 'unknown'>, Fault>> = {
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

  'access-denied': 'fatal',
  'invalid-argument': 'fatal',
  'invalid-transaction': 'fatal',
  'maximum-append-size-exceeded': 'fatal',
  'missing-required-metadata-property': 'fatal',
  'not-found': 'fatal',
  'persistent-subscription-failed': 'fatal',
  'scavenge-not-found': 'fatal',
  'stream-deleted': 'fatal',
  unsupported: 'fatal',
  'user-conflict': 'fatal',
  'user-not-found': 'fatal',
}
const faultOfType = (type: string): Fault =>
  Object.hasOwn(byType, type) ? byType[type as keyof typeof byType] : 'fatal'

/**
 * gRPC status codes after which nobody can say what happened: CANCELLED, UNKNOWN, DEADLINE_EXCEEDED, ABORTED, INTERNAL, UNAVAILABLE. What was
 * under way when a server was told to stop has ended with any of them.
 */
const unknownCodes: ReadonlySet<unknown> = new Set([1, 2, 4, 10, 13, 14])

/** UNKNOWN is also how the server refuses what it can't make sense of, such as a position that lies inside of an event. */
const refusals = /Unexpected Read\w+Result|Envelope callback expected/

/** What the server says of a place beyond the end of its log (`Error`) and of one where no record begins (`InvalidPosition`). */
const noSuchPlace = /Unexpected ReadAllResult: (?:Error|InvalidPosition)/

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
  if (error instanceof VersionConflict) return 'conflict'
  if (!(error instanceof Error)) return 'fatal'
  const type = 'type' in error ? error.type : undefined
  const code = 'code' in error ? error.code : undefined

  if (typeof type === 'string' && type !== 'unknown') return faultOfType(type)
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

/** A read began where the log has nothing. */
export const isNoSuchPlace = (error: unknown): boolean => error instanceof Error && noSuchPlace.test(error.message)

/** What an append is rejected with that the server has answered with an error: a conflict, or what the client makes of anything else. */
export const refusalOfAppend = (status: Status, stream: string, expected: ExpectedRevision): Error => {
  // The client would look into it all the same.
  if (status.getDetails() === undefined)
    return new UnknownError(
      undefined,
      `what was appended to ${stream} is refused without a reason: ${status.getMessage()}`,
    )
  const conflict = unpackWrongExpectedVersion(status)
  return conflict === null
    ? unpackToCommandError(status, stream)
    : new VersionConflict(stream, expected, actualRevisionIn(conflict))
}

/** The client says `no_stream` also where the server does not tell. */
const actualRevisionIn = (conflict: shared.WrongExpectedVersion): ActualRevision | undefined => {
  if (conflict.hasCurrentNoStream()) return 'no_stream'
  return conflict.hasCurrentStreamRevision() ? BigInt(conflict.getCurrentStreamRevision()) : undefined
}

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
