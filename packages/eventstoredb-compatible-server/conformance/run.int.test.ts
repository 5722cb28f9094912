import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'chai'

const root = join(import.meta.dirname, '..')
const COMMAND = `'${process.execPath}' '${join(root, 'src', 'main.ts')}' --port {port} --data {data}`

type Document = {
  readonly holds: number
  readonly broken: number
  readonly rules: readonly { readonly rule: string; readonly state: string }[]
}

/** Resolves with what it printed; rejects with its exit code and what it complained of. */
const conformance = async (options: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Document> => {
  const { EVENTSTORE_COMMAND: _command, EVENTSTORE_URL: _url, ...inherited } = process.env
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [join(root, 'conformance', 'run.ts'), ...options, '--json'],
    { env: { ...inherited, ...environment } },
  )
  return JSON.parse(stdout) as Document
}

describe('the conformance suite against a server that it starts by a command', function () {
  this.timeout(120_000)

  it('kills it and starts it again where a rule is about that, and leaves out what holds for the embedded server alone', async () => {
    const { broken, rules } = await conformance(['--command', COMMAND, '--grep', '^(2.5|2.4 .* after a restart)'])
    expect(broken).to.equal(0)
    const stateOf = (title: string) => rules.find(({ rule }) => rule.endsWith(title))?.state
    expect(stateOf('is there when the server is killed [own server]')).to.equal('holds')
    expect(stateOf('positions are the same after a restart [own server]')).to.equal('holds')
    expect(stateOf('exact appends are recognised after a restart as well [own server]')).to.equal('holds')
    expect(stateOf('ids are known after a restart, with any too [embedded]')).to.equal('skipped')
  })

  it('takes the command from the environment too, and has the standard projections running where they are needed', async () => {
    const { broken, holds } = await conformance(['--grep', '^5 .*(\\$by_category links|projection that is disabled)'], {
      EVENTSTORE_COMMAND: COMMAND,
    })
    expect([broken, holds]).to.deep.equal([0, 2])
  })

  it('can not be told both of a server that runs and of one to be started', async () => {
    const both = conformance(['--url', 'esdb://127.0.0.1:1?tls=false', '--command', COMMAND])
    expect(
      await both.then(
        () => undefined,
        (error: { code?: unknown; stderr?: unknown }) => [error.code, error.stderr],
      ),
    ).to.deep.equal([2, 'conformance: --url and --command exclude each other\n'])
  })
})
