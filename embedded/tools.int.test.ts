import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import jwt from 'jsonwebtoken'
import { childEnvironment } from '../test/support/child-environment.ts'
import { freePort } from './ports.ts'
import { secretsOf } from './shop/secrets.ts'

const root = join(import.meta.dirname, '..')

type Ended = { readonly code: number; readonly out: string; readonly err: string }

describe('the tools', function () {
  this.timeout(60_000)
  const data = mkdtempSync(join(tmpdir(), 'tools-'))
  let nobody: readonly string[]
  before(async () => {
    nobody = (await Promise.all([freePort(), freePort(), freePort()])).map(String)
  })
  after(() => {
    rmSync(data, { recursive: true, force: true })
  })

  /** Away from a terminal, on a machine where no shop runs. */
  const run = (program: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Ended> =>
    new Promise((resolve) => {
      const env = {
        ...childEnvironment,
        DATA_DIRECTORY: data,
        COMMAND_API_PORT: nobody[0],
        READ_API_PORT: nobody[1],
        PROCESSORS_PORT: nobody[2],
        ...environment,
      }
      execFile(process.execPath, [program, ...args], { cwd: root, env }, (error, out, err) => {
        resolve({ code: error === null ? 0 : Number(error.code), out, err })
      })
    })

  for (const program of [
    'embedded/start.ts',
    'embedded/demo.ts',
    'embedded/token.ts',
    'projections/cli.ts',
    'processors/follow-ups/cli.ts',
    'processors/dead-letters/cli.ts',
    'processors/groups-tool/cli.ts',
    'processors/notifications/cli.ts',
    'processors/reconciliation/cli.ts',
    'bench/run.ts',
    'test/run.ts',
  ]) {
    it(`${program} says what it is for, and what it does not know`, async () => {
      const [help, wrong] = await Promise.all([run(program, ['--help']), run(program, ['--no-such-thing'])])
      expect([help.code, help.err]).to.deep.equal([0, ''])
      expect(help.out).to.match(/^Usage: npm /)
      expect([wrong.code, wrong.out]).to.deep.equal([2, ''])
      expect(wrong.err).to.include('--no-such-thing')
    })
  }

  it('a token is printed alone, and is what it says', async () => {
    const [alone, asJson, wrong] = await Promise.all([
      run('embedded/token.ts', ['--role', 'operator', '--sub', 'olga']),
      run('embedded/token.ts', ['--json', '--ttl', '60'], { JWT_SECRET: 'x'.repeat(32), JWT_ISSUER: 'another shop' }),
      run('embedded/token.ts', ['--role', 'king']),
    ])
    expect(alone.code).to.equal(0)
    const own = secretsOf(data)
    const claims = jwt.verify(alone.out.trimEnd(), own.jwtSecret, { issuer: own.issuer, audience: own.audience })
    expect(claims).to.include({ sub: 'olga' }).and.to.have.deep.property('roles', ['operator'])
    const { token, ...about } = JSON.parse(asJson.out) as { token: string }
    expect(about).to.deep.equal({ sub: 'alice', role: 'customer', ttlSeconds: 60 })
    expect(jwt.verify(token, 'x'.repeat(32), { issuer: 'another shop' })).to.include({ sub: 'alice' })
    expect([wrong.code, wrong.out]).to.deep.equal([2, ''])
  })

  it('what is written by hand is looked at before anything is asked', async () => {
    const [why, sub] = await Promise.all([
      run('processors/dead-letters/cli.ts', ['discard', 'order', '1', '--why', '\u001b[31m']),
      run('embedded/token.ts', ['--sub', 'a\nb']),
    ])
    expect([why.code, why.out, sub.code, sub.out]).to.deep.equal([2, '', 2, ''])
    expect(why.err).to.include('Control characters are not allowed.')
    expect(sub.err).to.include("this is nobody's name")
  })

  const notifications = (...args: readonly string[]) => run('processors/notifications/cli.ts', args)

  it('messages are shown as text, as a page, for a telephone, and as JSON', async () => {
    const [list, listed, text, page, sms, asJson] = await Promise.all([
      notifications('list'),
      notifications('list', '--json'),
      notifications('preview', 'rejected', '--language', 'de'),
      notifications('preview', 'shipped', '--html'),
      notifications('preview', 'shipped', '--sms'),
      notifications('preview', 'rejected', '--json'),
    ])
    expect([list.code, list.out.includes('confirm_payment')]).to.deep.equal([0, true])
    const { templates } = JSON.parse(listed.out) as { templates: readonly { template: string; to: string }[] }
    expect(
      list.out
        .trimEnd()
        .split('\n')
        .map((line) => line.split(/ {2,}/)),
    ).to.deep.equal(templates.map(({ template, to }) => [template, to]))
    expect([text.code, text.out.match(/^Subject: Wir können/gm)?.length]).to.deep.equal([0, 2])
    expect([page.code, page.out.startsWith('<!doctype html>')]).to.deep.equal([0, true])
    expect([sms.code, sms.out.split('\n').length]).to.deep.equal([0, 2])
    const { messages } = JSON.parse(asJson.out) as { messages: readonly object[] }
    expect(messages.map((message) => Object.keys(message).sort())).to.deep.equal(
      Array.from({ length: 2 }, () => ['html', 'sms', 'subject', 'text']),
    )
  })

  it('a preview says what it can show, and refuses what it cannot', async () => {
    const [help, unknown, mute, tongue, both] = await Promise.all([
      notifications('preview', '--help'),
      notifications('preview', 'nothing'),
      notifications('preview', 'operator_refund_failed', '--sms'),
      notifications('preview', 'shipped', '--language', 'xx'),
      notifications('preview', 'shipped', '--html', '--sms'),
    ])
    expect([help.code, help.err]).to.deep.equal([0, ''])
    expect(help.out).to.match(/^Usage: npm run notifications -- preview /)
    for (const option of ['--language', '--html', '--sms', '--json']) expect(help.out).to.include(option)
    for (const wrong of [unknown, mute, tongue, both]) expect([wrong.code, wrong.out]).to.deep.equal([2, ''])
    expect(unknown.err).to.include("'nothing' is invalid").and.include('confirm_payment')
    expect(mute.err).to.include('operator_refund_failed is not sent by SMS.')
    expect(tongue.err).to.include("'xx' is invalid").and.include('de')
    expect(both.err).to.include('--html').and.include('--sms')
  })

  it('without a shop, the demonstration and the dead letters say that nobody is there', async () => {
    const letters = 'processors/dead-letters/cli.ts'
    const [demo, unreachable, nameless, tokenless] = await Promise.all([
      run('embedded/demo.ts', ['--json']),
      run(letters, ['list'], { TOKEN: 'x' }),
      run(letters, ['retry'], { TOKEN: 'x' }),
      run(letters, ['list']),
    ])
    expect([demo.code, demo.out, demo.err.includes('npm start')]).to.deep.equal([3, '', true])
    expect([unreachable.code, unreachable.err.includes('cannot be reached')]).to.deep.equal([1, true])
    expect([nameless.code, nameless.err.includes('--all')]).to.deep.equal([2, true])
    expect([tokenless.code, tokenless.err.includes('--token')]).to.deep.equal([2, true])
  })
})
