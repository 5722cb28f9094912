import { expect } from 'chai'
import { ErrorType } from '@eventstore/db-client'
import shared from '@eventstore/db-client/generated/shared_pb.js'
import status from '@eventstore/db-client/generated/status_pb.js'
import grpc from '@grpc/grpc-js'
import { asStoreFault, classifyError, isKeptFailure, mayPass, refusalOfAppend, type Fault } from './classify-error.ts'
import { StoreUnavailable, UnusableAnswer, VersionConflict } from './port.ts'
import { createWriter, writeBytes, writeMessage, writeString } from './wire.ts'

const typed = (type: string, more: object = {}) => Object.assign(new Error('of the client'), { type, ...more })
const raw = (code: number | string, message = 'raw') => Object.assign(new Error(message), { code })

/** What each of the client's own classes means, whatever its number. */
const types: Readonly<Record<Exclude<ErrorType, ErrorType.UNKNOWN>, Fault>> = {
  [ErrorType.WRONG_EXPECTED_VERSION]: 'conflict',
  [ErrorType.STREAM_NOT_FOUND]: 'missing',
  [ErrorType.NO_STREAM]: 'missing',
  [ErrorType.PERSISTENT_SUBSCRIPTION_DOES_NOT_EXIST]: 'missing',
  [ErrorType.PERSISTENT_SUBSCRIPTION_EXISTS]: 'exists',
  [ErrorType.NOT_LEADER]: 'passing',
  [ErrorType.MAXIMUM_SUBSCRIBERS_REACHED]: 'passing',
  [ErrorType.PERSISTENT_SUBSCRIPTION_DROPPED]: 'unknown_outcome',
  [ErrorType.UNAVAILABLE]: 'unknown_outcome',
  [ErrorType.TIMEOUT]: 'unknown_outcome',
  [ErrorType.DEADLINE_EXCEEDED]: 'unknown_outcome',
  [ErrorType.CANCELLED]: 'unknown_outcome',
  [ErrorType.ACCESS_DENIED]: 'fatal',
  [ErrorType.INVALID_ARGUMENT]: 'fatal',
  [ErrorType.INVALID_TRANSACTION]: 'fatal',
  [ErrorType.MAXIMUM_APPEND_SIZE_EXCEEDED]: 'fatal',
  [ErrorType.MISSING_REQUIRED_METADATA_PROPERTY]: 'fatal',
  [ErrorType.NOT_FOUND]: 'fatal',
  [ErrorType.PERSISTENT_SUBSCRIPTION_FAILED]: 'fatal',
  [ErrorType.SCAVENGE_NOT_FOUND]: 'fatal',
  [ErrorType.STREAM_DELETED]: 'fatal',
  [ErrorType.UNSUPPORTED]: 'fatal',
  [ErrorType.USER_CONFLICT]: 'fatal',
  [ErrorType.USER_NOT_FOUND]: 'fatal',
}

/** After which statuses nobody can say what has happened; the same whether the client has made an error of its own of it, or not. */
const statuses: Readonly<Record<keyof typeof grpc.status, Fault | 'no error'>> = {
  OK: 'no error',
  CANCELLED: 'unknown_outcome',
  UNKNOWN: 'unknown_outcome',
  INVALID_ARGUMENT: 'fatal',
  DEADLINE_EXCEEDED: 'unknown_outcome',
  NOT_FOUND: 'fatal',
  ALREADY_EXISTS: 'fatal',
  PERMISSION_DENIED: 'fatal',
  RESOURCE_EXHAUSTED: 'fatal',
  FAILED_PRECONDITION: 'fatal',
  ABORTED: 'unknown_outcome',
  OUT_OF_RANGE: 'fatal',
  UNIMPLEMENTED: 'fatal',
  INTERNAL: 'unknown_outcome',
  UNAVAILABLE: 'unknown_outcome',
  DATA_LOSS: 'fatal',
  UNAUTHENTICATED: 'fatal',
}

describe('errors of the client', () => {
  for (const [type, fault] of Object.entries(types))
    it(`of its own class ${type}: ${fault}`, () => {
      expect(classifyError(typed(type))).to.equal(fault)
      expect(classifyError(typed(type, { code: 13 }))).to.equal(fault)
    })

  for (const [name, fault] of Object.entries(statuses)) {
    if (fault === 'no error') continue
    it(`with the status ${name}: ${fault}`, () => {
      const code = grpc.status[name as keyof typeof grpc.status]
      expect(classifyError(raw(code)), 'raw').to.equal(fault)
      expect(classifyError(typed('unknown', { code })), 'converted').to.equal(fault)
    })
  }

  const cases: readonly (readonly [string, unknown, Fault])[] = [
    [
      'unknown, the server was told to stop',
      Object.assign(typed('unknown', { code: 2 }), { message: '2 UNKNOWN: Exception was thrown by handler.' }),
      'unknown_outcome',
    ],
    [
      'unknown, a position that the server can not read from',
      Object.assign(typed('unknown', { code: 2 }), { message: '2 UNKNOWN: Unexpected ReadAllResult: InvalidPosition' }),
      'fatal',
    ],
    [
      'unknown, a batch append that failed in the server',
      Object.assign(typed('unknown', { code: undefined }), { message: '' }),
      'unknown_outcome',
    ],
    [
      'unknown, a batch append that was refused',
      Object.assign(typed('unknown'), { message: 'Could not recognize BadRequest' }),
      'fatal',
    ],
    ['a class that it did not have when this was written', typed('of-tomorrow'), 'fatal'],
    ['a class with a name that every object has', typed('constructor'), 'fatal'],
    ['plain: the channel was shut down', new Error('Channel has been shut down'), 'unknown_outcome'],
    ['plain: the stream was written to too late', new Error('write after end'), 'unknown_outcome'],
    ['plain: discovery', new Error('Failed to discover after 10 attempts.'), 'unknown_outcome'],
    ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENOTFOUND', 'EAI_AGAIN'].map(
      (code) => [`plain: a socket, ${code}`, raw(code), 'unknown_outcome'] as const,
    ),
    ['plain: a file', raw('ENOENT'), 'fatal'],
    ['plain: a fault of ours', new TypeError('x is undefined'), 'fatal'],
    ['no error at all', 'text', 'fatal'],
    ['what the adapter says itself: away', new StoreUnavailable('away'), 'unknown_outcome'],
    ['what the adapter says itself: a conflict', new VersionConflict('order-1', 3n), 'conflict'],
    ['what the adapter says itself: an answer that cannot be', new UnusableAnswer('revision −1'), 'fatal'],
  ]
  for (const [name, error, fault] of cases)
    it(`${name}: ${fault}`, () => {
      expect(classifyError(error)).to.equal(fault)
    })

  it('become StoreUnavailable when they may pass, and stay what they are when not', () => {
    const cause = raw(14, 'No connection established')
    const away = asStoreFault(cause, 'read of order-1')
    expect(away).to.be.instanceOf(StoreUnavailable)
    expect(away).to.deep.include({ message: 'read of order-1: No connection established', cause })
    const bug = new TypeError('x')
    expect(asStoreFault(bug, 'read')).to.equal(bug)
    expect(asStoreFault(typed('wrong-expected-version'), 'append')).to.not.be.instanceOf(StoreUnavailable)
  })

  it('may be met by asking again where nothing, or nobody knows what, was done', () => {
    const all: readonly Fault[] = ['conflict', 'missing', 'exists', 'passing', 'unknown_outcome', 'fatal']
    expect(all.filter(mayPass)).to.deep.equal(['passing', 'unknown_outcome'])
  })

  it('are kept for ever by their client when it could not ask what the server can do', () => {
    expect(isKeptFailure(raw(13))).to.equal(true)
    for (const error of [raw(14), typed('unknown', { code: 13 }), raw('ECONNRESET'), new Error('plain'), 'text'])
      expect(isKeptFailure(error), String(error)).to.equal(false)
  })
})

describe('an answer to an append that is none of success', () => {
  /** The numbers are those of the client's own status.proto, and of what it wraps details in. */
  const answer = (name: string, details: Uint8Array): status.Status => {
    const writer = createWriter()
    writeString(writer, 2, name)
    writeMessage(writer, 3, () => {
      writeString(writer, 1, `type.googleapis.com/event_store.client.${name}`)
      writeBytes(writer, 2, details)
    })
    return status.Status.deserializeBinary(writer.finish())
  }
  const nothing = new Uint8Array()
  const conflict = (details: Uint8Array) => refusalOfAppend(answer('WrongExpectedVersion', details), 'order-1', 3n)

  it('is a conflict, with the revision at which the server says the stream is', () => {
    expect(conflict(new shared.WrongExpectedVersion().setCurrentStreamRevision('7').serializeBinary()))
      .to.be.instanceOf(VersionConflict)
      .and.include({ stream: 'order-1', expected: 3n, actual: 7n, message: 'stream order-1 is not at 3 but at 7' })
  })

  it('is a conflict, with the word that there is no such stream', () => {
    const writer = createWriter()
    writeMessage(writer, 2, () => undefined)
    expect(conflict(writer.finish())).to.include({ actual: 'no_stream' })
  })

  it('is a conflict that knows no revision where the server tells none', () => {
    expect(conflict(nothing))
      .to.be.instanceOf(VersionConflict)
      .and.include({ actual: undefined, message: 'stream order-1 is not at 3' })
  })

  const others: readonly (readonly [name: string, answer: status.Status, Fault])[] = [
    ['a deleted stream', answer('StreamDeleted', nothing), 'fatal'],
    ['access denied', answer('AccessDenied', nothing), 'fatal'],
    ['too large', answer('MaximumAppendSizeExceeded', nothing), 'fatal'],
    ['a bad request', answer('BadRequest', nothing), 'fatal'],
    ['no reason at all', new status.Status().setMessage('no'), 'fatal'],
    ['not written in time', answer('Timeout', nothing), 'unknown_outcome'],
    ['a failure inside the server', answer('Unknown', nothing), 'unknown_outcome'],
  ]
  for (const [name, refused, fault] of others)
    it(`${name}: ${fault}`, () => {
      expect(classifyError(refusalOfAppend(refused, 'order-1', 3n))).to.equal(fault)
    })
})
