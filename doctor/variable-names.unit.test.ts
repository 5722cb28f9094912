import { expect } from 'chai'
import { checkVariableNames } from './variable-names.ts'

describe('the names of the variables', () => {
  const seen = (environment: NodeJS.ProcessEnv) => checkVariableNames({ environment })[0]

  it('are fine where they are ours, and where they are nobody’s that is near', () => {
    expect(
      seen({
        PAYMENT_PROVIDER: 'mock',
        JWT_SECRET_FILE: '/run/secret',
        HOME: '/root',
        PGHOST: 'db',
        CONSOLE_PORT: '1',
      }),
    ).to.include({ state: 'fine' })
  })

  for (const [name, meant] of Object.entries({
    PAYMENT_PROVIDR: 'PAYMENT_PROVIDER',
    STRIPE_SECRTE_KEY: 'STRIPE_SECRET_KEY',
    TRUSTED_PROXYS: 'TRUSTED_PROXIES',
    JWT_SECRETS_FILE: 'JWT_SECRET_FILE',
  }))
    it(`${name} is named, and ${meant} beside it, without the value`, () => {
      const finding = seen({ [name]: 'hush' })
      expect(finding).to.include({ state: 'wrong', seen: `no process knows ${name} (${meant}?)` })
      expect(JSON.stringify(finding)).not.to.include('hush')
    })
})
