import grpc from '@grpc/grpc-js'

/**
 * An error as it goes over the wire. Handlers throw it; whatever else they throw reaches the client as UNKNOWN.
 * The `exception` trailer is what clients look at first, so its spelling is part of the protocol.
 */
export class RpcError extends Error {
  override readonly name = 'RpcError'
  readonly code: grpc.status
  readonly details: string
  readonly metadata: grpc.Metadata

  constructor(code: grpc.status, details: string, trailers: Readonly<Record<string, string>> = {}) {
    // Lone surrogates can't be percent-encoded, which is how the message travels.
    super(shortened(details.toWellFormed(), LONGEST_DETAILS))
    this.code = code
    this.details = this.message
    this.metadata = new grpc.Metadata()
    for (const [key, value] of Object.entries(trailers))
      this.metadata.set(key, shortened(asciiOnly(value), LONGEST_TRAILER))
  }
}

/**
 * An error travels in HTTP/2 headers, whose size both sides limit; one that is too large would not arrive at all. The details may
 * grow threefold on the way, where they are percent-encoded.
 */
const LONGEST_DETAILS = 4_000
const LONGEST_TRAILER = 4_000

const shortened = (text: string, longest: number): string =>
  text.length > longest ? `${text.slice(0, longest).toWellFormed()}...` : text

/**
 * Trailers may hold printable ASCII only, and HTTP/2 throws away one that begins or ends with a space; all that is percent-encoded, so
 * that a name never breaks the error itself.
 */
export const asciiOnly = (text: string): string =>
  text
    .toWellFormed()
    .replace(/^ +| +$|[^ -~]+/gu, (run) =>
      [...Buffer.from(run, 'utf8')].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
    )

const { status } = grpc

/** Revisions as the trailers spell them: -1 none, -2 any, -4 exists. */
export const wrongExpectedVersion = (operation: string, stream: string, expected: bigint, actual: bigint): RpcError =>
  new RpcError(
    status.FAILED_PRECONDITION,
    `${operation} failed due to WrongExpectedVersion. Stream: ${stream}, Expected version: ${expected}, Actual version: ${actual}`,
    {
      exception: 'wrong-expected-version',
      'stream-name': stream,
      'expected-version': String(expected),
      'actual-version': String(actual),
    },
  )

export const streamDeleted = (stream: string): RpcError =>
  new RpcError(status.FAILED_PRECONDITION, `Event stream '${stream}' is deleted.`, {
    exception: 'stream-deleted',
    'stream-name': stream,
  })

export const accessDenied = (): RpcError =>
  new RpcError(status.PERMISSION_DENIED, 'Access Denied', { exception: 'access-denied' })

export const maximumAppendSizeExceeded = (limit: number): RpcError =>
  new RpcError(status.INVALID_ARGUMENT, `Maximum Append Size of ${limit} Exceeded.`, {
    exception: 'maximum-append-size-exceeded',
    'maximum-append-size': String(limit),
  })

export const requiredMetadataMissing = (): RpcError =>
  new RpcError(status.INVALID_ARGUMENT, 'Required Metadata Property missing: type, content-type', {
    exception: 'missing-required-metadata-property',
    'required-metadata-properties': 'type,content-type',
  })

/** `group` is undefined where a whole list was asked for: then the message names an empty group and the trailer is absent. */
export const persistentSubscriptionDoesNotExist = (stream: string, group: string | undefined): RpcError =>
  new RpcError(status.NOT_FOUND, `Subscription group ${group ?? ''} on stream ${stream} does not exist.`, {
    exception: 'persistent-subscription-does-not-exist',
    'stream-name': stream,
    ...(group === undefined ? {} : { 'group-name': group }),
  })

export const persistentSubscriptionExists = (stream: string, group: string): RpcError =>
  new RpcError(status.ALREADY_EXISTS, `Subscription group ${group} on stream ${stream} exists.`, {
    exception: 'persistent-subscription-exists',
    'stream-name': stream,
    'group-name': group,
  })

export const persistentSubscriptionFailed = (stream: string, group: string, reason: string): RpcError =>
  new RpcError(status.INTERNAL, `Subscription group ${group} on stream ${stream} failed: '${reason}'`, {
    exception: 'persistent-subscription-failed',
    'stream-name': stream,
    'group-name': group,
    reason,
  })

export const maximumSubscribersReached = (stream: string, group: string): RpcError =>
  new RpcError(
    status.FAILED_PRECONDITION,
    `Maximum subscriptions reached for subscription group ${group} on stream ${stream}.`,
    {
      exception: 'maximum-subscribers-reached',
      'stream-name': stream,
      'group-name': group,
    },
  )

/** The trailer matters: a bare CANCELLED would make the client throw away its whole channel. */
export const persistentSubscriptionDropped = (stream: string, group: string): RpcError =>
  new RpcError(status.CANCELLED, `Subscription group ${group} on stream ${stream} was dropped.`, {
    exception: 'persistent-subscription-dropped',
    'stream-name': stream,
    'group-name': group,
  })

/** What clients report as a time-out. */
export const operationTimedOut = (what: string): RpcError =>
  new RpcError(status.ABORTED, `Operation timed out: ${what}`)

/** UNAVAILABLE makes a client drop its shared channel: only for a server that goes away or is not ready. */
export const unavailable = (details: string): RpcError => new RpcError(status.UNAVAILABLE, details)

export const invalidArgument = (details: string): RpcError => new RpcError(status.INVALID_ARGUMENT, details)

export const notFound = (details: string): RpcError => new RpcError(status.NOT_FOUND, details)

export const unimplemented = (details: string): RpcError => new RpcError(status.UNIMPLEMENTED, details)

/** What the real server says of an exception inside a handler. */
export const handlerFailed = (reason: string): RpcError =>
  new RpcError(status.UNKNOWN, `Exception was thrown by handler. ${reason}`)

/** A read that the real server's log refuses: UNKNOWN too, but in its own words. */
export const unexpectedReadResult = (details: string): RpcError => new RpcError(status.UNKNOWN, details)
