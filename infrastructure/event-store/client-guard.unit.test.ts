import { EventEmitter } from 'node:events'
import { expect } from 'chai'
import { guardAgainstClientFaults, refuseTellingDebug } from './client-guard.ts'

const withStack = <Fault extends Error>(error: Fault, file: string): Fault => Object.assign(error, { stack: `${error.message}\n    at x (/app/${file}:33:1)` })
const client = 'node_modules/@eventstore/db-client/dist/streams/appendToStream/batchAppend.js'

describe('the guard against two faults of the client', () => {
  const setUp = () => {
    const target = new EventEmitter()
    const seen: unknown[] = []
    return { target, seen, remove: guardAgainstClientFaults(target, (error) => seen.push(error)) }
  }

  it('survives an answer to an append that is no longer waited for', () => {
    const { target, seen } = setUp()
    const late = withStack(new TypeError('undefined is not iterable (cannot read property Symbol(Symbol.iterator))'), client)
    target.emit('uncaughtException', late)
    expect(seen).to.deep.equal([late])
  })

  it('survives a write that broke off and that nobody was told of', () => {
    const { target, seen } = setUp()
    const orphan = withStack(Object.assign(new Error('14 UNAVAILABLE: Connection dropped'), { code: 14 }), client)
    target.emit('unhandledRejection', orphan)
    expect(seen).to.deep.equal([orphan])
  })

  for (const [name, event, error] of [
    ['another TypeError of the client', 'uncaughtException', withStack(new TypeError('x is not a function'), client)],
    ['the same TypeError from elsewhere', 'uncaughtException', withStack(new TypeError('undefined is not iterable'), 'domain/order.ts')],
    ['a gRPC error from elsewhere', 'unhandledRejection', withStack(Object.assign(new Error('gone'), { code: 14 }), 'processors/main.ts')],
    ['an error without a status', 'unhandledRejection', withStack(new Error('bug'), client)],
  ] as const) {
    it(`lets ${name} end the process`, () => {
      const { target, seen } = setUp()
      expect(() => target.emit(event, error)).to.throw(error)
      expect(seen).to.deep.equal([])
    })
  }

  it('can be taken away', () => {
    const { target, remove } = setUp()
    remove()
    expect([target.listenerCount('uncaughtException'), target.listenerCount('unhandledRejection')]).to.deep.equal([0, 0])
  })
})

describe('DEBUG', () => {
  it('is refused in production where the client would print secrets', () => {
    for (const DEBUG of ['esdb', 'esdb:*', 'express*,esdb:command', '*']) {
      expect(() => { refuseTellingDebug({ DEBUG, NODE_ENV: 'production' }) }, DEBUG).to.throw('refused in production')
    }
  })
  it('is nobody\'s business otherwise', () => {
    for (const environment of [{}, { DEBUG: 'esdb*' }, { DEBUG: 'express*,-esdb*', NODE_ENV: 'production' }, { NODE_ENV: 'production' }]) {
      expect(() => { refuseTellingDebug(environment) }).to.not.throw()
    }
  })
})
