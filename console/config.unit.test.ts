import { expect } from 'chai'
import { ConfigError, readConfig } from '../infrastructure/lifecycle/config.ts'
import { consoleConfig } from './config.ts'

const needed = {
  EVENTSTORE_URL: 'esdb://localhost:2113?tls=false',
  JWT_ISSUER: 'i',
  JWT_AUDIENCE: 'a',
  JWT_SECRET: 'x'.repeat(32),
}
const read = (changes: NodeJS.ProcessEnv = {}) => readConfig(consoleConfig, { ...needed, ...changes })

describe('the configuration of the console', () => {
  it('finds the other processes where they are on one machine, and makes nobody an operator', () => {
    expect(read()).to.include({
      CONSOLE_PORT: 3002,
      CONSOLE_COMMAND_API_URL: 'http://127.0.0.1:3000',
      CONSOLE_READ_API_URL: 'http://127.0.0.1:3001',
      CONSOLE_PROCESSORS_URL: 'http://127.0.0.1:3003',
      CONSOLE_PROJECTIONS_URL: 'http://127.0.0.1:3004',
      CONSOLE_DEVELOPMENT_SIGN_IN: '0',
    })
  })

  it('refuses what it cannot mean, by the name of the variable', () => {
    const wrong: readonly NodeJS.ProcessEnv[] = [
      { EVENTSTORE_URL: undefined },
      { EVENTSTORE_URL: 'http://localhost:2113' },
      { EVENTSTORE_URL: 'esdb://' },
      { EVENTSTORE_URL: 'esdb://localhost:2113?tls=perhaps' },
      { CONSOLE_READ_API_URL: 'localhost:3001' },
      { CONSOLE_PORT: '70000' },
      { CONSOLE_DEVELOPMENT_SIGN_IN: 'yes' },
      { CONSOLE_DEVELOPMENT_SIGN_IN: '1', JWT_SECRET: undefined, JWT_JWKS_URL: 'https://issuer.example/keys' },
    ]
    for (const changes of wrong) {
      const [name = ''] = Object.keys(changes)
      expect(() => read(changes), JSON.stringify(changes)).to.throw(ConfigError, name)
    }
  })

  it('says all that is wrong at once, and no value of it', () => {
    const secret = 'esdb+wrong://shop:hunter2@localhost'
    const wrong = { EVENTSTORE_URL: secret, CONSOLE_COMMAND_API_URL: 'ftp://x', CONSOLE_PORT: 'x', JWT_ISSUER: '' }
    expect(() => read(wrong))
      .to.throw(ConfigError, /CONSOLE_PORT/)
      .with.property('message')
      .that.matches(/EVENTSTORE_URL/)
      .and.matches(/CONSOLE_COMMAND_API_URL/)
      .and.matches(/JWT_ISSUER/)
      .and.not.matches(/hunter2/)
  })
})
