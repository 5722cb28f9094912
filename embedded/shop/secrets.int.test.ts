import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { secretsOf } from './secrets.ts'

describe("the secrets of this machine's shop", () => {
  const data = mkdtempSync(join(tmpdir(), 'secrets-'))
  after(() => {
    rmSync(data, { recursive: true })
  })

  it('are made once, and kept where nobody else reads them', () => {
    const made = secretsOf(data)
    expect(secretsOf(data)).to.deep.equal(made)
    expect(made.jwtSecret)
      .to.match(/^[0-9a-f]{64}$/)
      .and.not.equal(made.webhookSecret)
    expect(statSync(join(data, 'secrets.json')).mode & 0o077).to.equal(0)
  })

  it('give way to what the environment names; what is empty there names nothing', () => {
    const { webhookSecret } = secretsOf(data)
    expect(
      secretsOf(data, {
        JWT_ROLES_CLAIM: 'realm_access.roles',
        JWT_SECRET: 'given',
        JWT_ISSUER: 'somebody',
        JWT_AUDIENCE: '',
        PAYMENT_WEBHOOK_SECRET: '',
      }),
    ).to.deep.equal({
      jwtSecret: 'given',
      webhookSecret,
      issuer: 'somebody',
      audience: 'order-processing',
      rolesClaim: 'realm_access.roles',
    })
  })

  it('give way to what the environment names as a file', () => {
    const file = join(data, 'given')
    writeFileSync(file, 'given\n')
    expect(secretsOf(data, { JWT_SECRET_FILE: file }).jwtSecret).to.equal('given')
    expect(() => secretsOf(data, { JWT_SECRET_FILE: join(data, 'none') })).to.throw('JWT_SECRET_FILE: the file cannot')
  })
})
