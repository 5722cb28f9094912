import { expect } from 'chai'
import { z } from 'zod'
import { commonConfig, ConfigError, port, readConfig } from './config.ts'
import { servingConfig } from './serve.ts'

const schema = z.object({ ...commonConfig, API_PORT: port(3000), STORE_URL: z.url(), SECRET: z.string().min(8) })

describe('configuration', () => {
  it('is read by the names of the variables, with defaults, and without what the schema does not know', () => {
    const config = readConfig(schema, {
      STORE_URL: 'esdb://localhost:2113',
      SECRET: '12345678',
      HOME: '/root',
      HOST: '',
    })
    expect(config).to.deep.equal({
      HOST: '127.0.0.1',
      LOG_LEVEL: 'info',
      EXIT_WITH_PARENT: '0',
      API_PORT: 3000,
      STORE_URL: 'esdb://localhost:2113',
      SECRET: '12345678',
    })
  })

  it('names everything that is wrong at once, and repeats no value', () => {
    expect(() => readConfig(schema, { API_PORT: '99999', SECRET: 'hush' }))
      .to.throw(ConfigError)
      .with.property('message')
      .that.satisfies(
        (message: string) =>
          message.includes('API_PORT: ') &&
          message.includes('STORE_URL is not set') &&
          message.includes('SECRET: ') &&
          !message.includes('hush'),
      )
  })

  it('has one port unless another is named, and a delay and connections that are no nonsense', () => {
    const serving = z.object(servingConfig)
    const usual = { SHUTDOWN_DELAY_SECONDS: 5, MAX_CONNECTIONS: 10_000, MAX_CONNECTIONS_PER_ADDRESS: 2_000 }
    expect(readConfig(serving, { MANAGEMENT_PORT: '' })).to.deep.equal(usual)
    const given = { MANAGEMENT_PORT: '9000', SHUTDOWN_DELAY_SECONDS: '0', MAX_CONNECTIONS: '50' }
    expect(readConfig(serving, given)).to.deep.equal({
      ...usual,
      MANAGEMENT_PORT: 9000,
      SHUTDOWN_DELAY_SECONDS: 0,
      MAX_CONNECTIONS: 50,
    })
    const wrong = { MANAGEMENT_PORT: 'http', SHUTDOWN_DELAY_SECONDS: '-1', MAX_CONNECTIONS: '0' }
    expect(() => readConfig(serving, wrong))
      .to.throw(ConfigError)
      .with.property('message')
      .that.matches(/SHUTDOWN_DELAY_SECONDS: .*MANAGEMENT_PORT: .*MAX_CONNECTIONS: /)
  })
})
