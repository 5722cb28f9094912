import { expect } from 'chai'
import { isClientFault, refuseTellingDebug } from './client-guard.ts'

const withStack = <Fault extends Error>(error: Fault, file: string): Fault => Object.assign(error, { stack: `${error.message}\n    at x (/app/${file}:33:1)` })
const client = 'node_modules/@eventstore/db-client/dist/streams/appendToStream/batchAppend.js'

describe('a fault of the client that a process survives', () => {
  it('is an answer to an append that is no longer waited for', () => {
    expect(isClientFault(withStack(new TypeError('undefined is not iterable (cannot read property Symbol(Symbol.iterator))'), client))).to.equal(true)
  })

  it('is a write that broke off and that nobody was told of', () => {
    expect(isClientFault(withStack(Object.assign(new Error('14 UNAVAILABLE: Connection dropped'), { code: 14 }), client))).to.equal(true)
  })

  for (const [name, error] of [
    ['another TypeError of the client', withStack(new TypeError('x is not a function'), client)],
    ['the same TypeError from elsewhere', withStack(new TypeError('undefined is not iterable'), 'domain/order.ts')],
    ['a gRPC error from elsewhere', withStack(Object.assign(new Error('gone'), { code: 14 }), 'processors/main.ts')],
    ['an error without a status', withStack(new Error('bug'), client)],
  ] as const) {
    it(`is not ${name}`, () => {
      expect(isClientFault(error)).to.equal(false)
    })
  }
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
