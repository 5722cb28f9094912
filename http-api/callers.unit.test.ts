import { expect } from 'chai'
import { z } from 'zod'
import { readConfig } from '../infrastructure/lifecycle/config.ts'
import { callersConfig } from './callers.ts'

const schema = z.object(callersConfig)
const given = { JWT_ISSUER: 'i', JWT_AUDIENCE: 'a' }

describe('what a process knows of those who call it', () => {
  it('trusts no proxy and shares with no page, unless it is told to', () => {
    const config = readConfig(schema, { ...given, TRUSTED_PROXIES: '', CORS_ORIGINS: '' })
    expect([config.TRUSTED_PROXIES, config.CORS_ORIGINS]).to.deep.equal([[], []])
    expect([config.JWT_ROLES_CLAIM, config.JWT_LEEWAY_SECONDS]).to.deep.equal(['roles', 5])
  })

  it('does not start with what it would not understand, and names all of it', () => {
    const wrong = {
      TRUSTED_PROXIES: '1',
      CORS_ORIGINS: 'https://app.example/',
      JWT_LEEWAY_SECONDS: '-1',
      ANONYMOUS_PER_SECOND: '0',
      FAILED_AUTHENTICATIONS_PER_MINUTE: 'many',
    }
    for (const name of Object.keys(wrong))
      expect(() => readConfig(schema, { ...given, ...wrong })).to.throw(`${name}: `)
  })
})
