import { expect } from 'chai'
import { refuseTellingDebug } from './refuse-telling-debug.ts'

describe('DEBUG', () => {
  it('is refused in production where the client would print secrets', () => {
    for (const DEBUG of ['esdb', 'esdb:*', 'express*,esdb:command', '*', 'e*', 'es*', 'esdb*']) {
      expect(() => {
        refuseTellingDebug({ DEBUG, NODE_ENV: 'production' })
      }, DEBUG).to.throw('refused in production')
    }
  })
  it("is nobody's business otherwise", () => {
    for (const environment of [
      {},
      { DEBUG: 'esdb*' },
      { DEBUG: 'express*,-esdb*', NODE_ENV: 'production' },
      { NODE_ENV: 'production' },
    ]) {
      expect(() => {
        refuseTellingDebug(environment)
      }).to.not.throw()
    }
  })
})
