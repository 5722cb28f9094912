import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { z } from 'zod'
import { ConfigError, readConfig } from './config.ts'

const schema = z
  .object({
    DATABASE_URL: z.string().min(1),
    JWT_SECRET: z.string().min(32).optional(),
    SMTP_CA: z.string().optional(),
    SMTP_CA_FILE: z.string().optional(),
  })
  .refine(({ JWT_SECRET }) => JWT_SECRET !== undefined, 'set JWT_SECRET or JWT_JWKS_URL')

describe('secrets from files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'secrets-'))
  after(() => rmSync(folder, { recursive: true, force: true }))

  const secret = 'a secret of more than thirty-two characters'
  const fileWith = (name: string, content: string) => {
    const path = join(folder, name)
    writeFileSync(path, content)
    return path
  }
  const faultOf = (env: NodeJS.ProcessEnv): string => {
    try {
      readConfig(schema, env)
    } catch (error) {
      if (error instanceof ConfigError) return error.message
      throw error
    }
    return 'none'
  }

  it('are read by the name of the variable with _FILE behind, without the line breaks at the end', () => {
    for (const [name, end] of [
      ['none', ''],
      ['unix', '\n'],
      ['windows', '\r\n'],
      ['many', '\n\n'],
    ] as const) {
      const env = { DATABASE_URL: 'postgres://here', JWT_SECRET_FILE: fileWith(name, `${secret}${end}`) }
      expect(readConfig(schema, env).JWT_SECRET, name).to.equal(secret)
    }
  })

  it('are checked as the variable is', () => {
    const short = fileWith('short', 'too short\n')
    expect(faultOf({ DATABASE_URL: 'postgres://here', JWT_SECRET_FILE: short })).to.include('JWT_SECRET: Too small')
  })

  it('are not read where the variable is set too, and both are named', () => {
    const env = { DATABASE_URL: 'postgres://here', JWT_SECRET: secret, JWT_SECRET_FILE: fileWith('twice', secret) }
    expect(faultOf(env)).to.equal(
      'the configuration is wrong: JWT_SECRET and JWT_SECRET_FILE are both set: keep one of them',
    )
    // Empty is not set, as everywhere.
    expect(readConfig(schema, { ...env, JWT_SECRET: '' }).JWT_SECRET).to.equal(secret)
    expect(readConfig(schema, { ...env, JWT_SECRET_FILE: '' }).JWT_SECRET).to.equal(secret)
  })

  it('that cannot be read, or are empty, are named beside all else that is wrong, and nothing of them is said', () => {
    const missing = { DATABASE_URL_FILE: join(folder, 'hunter2'), JWT_SECRET_FILE: fileWith('empty', '\n') }
    expect(faultOf(missing)).to.equal(
      'the configuration is wrong: DATABASE_URL_FILE: the file cannot be read (ENOENT); JWT_SECRET_FILE: the file is empty',
    )
    expect(faultOf({ DATABASE_URL_FILE: folder, JWT_SECRET: 'short' })).to.match(
      /DATABASE_URL_FILE: the file cannot be read \(EISDIR\); JWT_SECRET: Too small/,
    )
  })

  it('are no files of a variable that has a name like one', () => {
    const env = { DATABASE_URL: 'postgres://here', JWT_SECRET: secret, SMTP_CA_FILE: '/nowhere/ca.pem' }
    expect(readConfig(schema, env)).to.include({ SMTP_CA_FILE: '/nowhere/ca.pem' }).and.not.to.have.property('SMTP_CA')
  })
})
