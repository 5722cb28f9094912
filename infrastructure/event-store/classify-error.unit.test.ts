import { expect } from 'chai'
import { asStoreFault, classifyError, type Fault } from './classify-error.ts'
import { StoreUnavailable } from './port.ts'

const typed = (type: string, more: object = {}) => Object.assign(new Error('of the client'), { type, ...more })
const raw = (code: number | string, message = 'raw') => Object.assign(new Error(message), { code })

describe('errors of the client', () => {
  const cases: readonly (readonly [string, unknown, Fault])[] = [
    ['its own class: wrong expected version', typed('wrong-expected-version'), 'conflict'],
    ['its own class: stream not found', typed('stream-not-found', { code: 5 }), 'missing'],
    ['its own class: no such group', typed('persistent-subscription-does-not-exist', { code: 5 }), 'missing'],
    ['its own class: the group is there', typed('persistent-subscription-exists', { code: 6 }), 'exists'],
    ['its own class: not the leader', typed('not-leader', { code: 5 }), 'passing'],
    ['its own class: unavailable', typed('unavailable', { code: 14 }), 'unknown_outcome'],
    ['its own class: no answer in time', typed('deadline-exceeded'), 'unknown_outcome'],
    ['its own class: dropped', typed('persistent-subscription-dropped', { code: 1 }), 'unknown_outcome'],
    ['its own class: access denied', typed('access-denied', { code: 7 }), 'fatal'],
    ['its own class: too large', typed('maximum-append-size-exceeded', { code: 3 }), 'fatal'],
    ['its own class: a deleted stream', typed('stream-deleted', { code: 9 }), 'fatal'],
    ['unknown, the connection was reset', typed('unknown', { code: 13 }), 'unknown_outcome'],
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
    ['unknown, the server has no such method', typed('unknown', { code: 12 }), 'fatal'],
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
    ['raw gRPC: unavailable', raw(14), 'unknown_outcome'],
    ['raw gRPC: deadline', raw(4), 'unknown_outcome'],
    ['raw gRPC: unknown', raw(2), 'unknown_outcome'],
    ['raw gRPC: invalid argument', raw(3), 'fatal'],
    ['plain: the channel was shut down', new Error('Channel has been shut down'), 'unknown_outcome'],
    ['plain: discovery', new Error('Failed to discover after 10 attempts.'), 'unknown_outcome'],
    ['plain: a socket', raw('ECONNREFUSED'), 'unknown_outcome'],
    ['plain: a fault of ours', new TypeError('x is undefined'), 'fatal'],
    ['no error at all', 'text', 'fatal'],
    ['what the adapter says itself', new StoreUnavailable('away'), 'unknown_outcome'],
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
})
