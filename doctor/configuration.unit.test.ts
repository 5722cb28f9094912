import { expect } from 'chai'
import { checkConfiguration } from './configuration.ts'
import type { Examined } from './examined.ts'

describe('the configuration of the processes', () => {
  const away = { fault: 'not looked at' }
  const findings = (processes: Examined['processes'], environment: NodeJS.ProcessEnv) =>
    checkConfiguration({ environment, processes, eventStore: away, database: away, close: async () => undefined })
  const stores = { EVENTSTORE_URL: 'esdb://here:2113?tls=false', DATABASE_URL: 'postgres://shop@here/shop' }

  it('is fine where each has what it needs', () => {
    expect(findings(['projections', 'migrations'], stores)).to.deep.equal([
      { about: 'configuration of projections', state: 'fine', seen: 'complete' },
      { about: 'configuration of migrations', state: 'fine', seen: 'complete' },
    ])
  })

  it('names by process what is missing and what is wrong, and repeats no value', () => {
    const [finding, ...others] = findings(['read-api'], {
      ...stores,
      DATABASE_URL: 'mysql://hush',
      JWT_ISSUER: 'us',
      JWT_SECRET: 'x'.repeat(32),
    })
    expect(others).to.deep.equal([])
    expect(finding).to.include({ about: 'configuration of read-api', state: 'wrong' })
    expect(finding?.seen)
      .to.match(/^(?=.*JWT_AUDIENCE is not set)(?=.*DATABASE_URL: is no address of a PostgreSQL)/)
      .and.not.include('hush')
  })
})
