import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect } from 'chai'
import { startEventStore } from 'eventstoredb-compatible-server/source'
import { childEnvironment } from '../test/support/child-environment.ts'
import { testDatabase, type TestDatabase } from '../test/support/postgres.ts'
import { elsewhereCertificate, localhostCertificate, startTlsProxy, type TlsProxy } from '../test/support/tls-proxy.ts'

const root = join(import.meta.dirname, '..')

describe('a process whose stores are not trusted', function () {
  this.timeout(30_000)
  let server: Awaited<ReturnType<typeof startEventStore>>
  let proxy: TlsProxy
  let database: TestDatabase
  let folder: string
  before(async () => {
    server = await startEventStore({ port: 0, data: 'memory' })
    proxy = await startTlsProxy(server.port, localhostCertificate)
    database = await testDatabase()
    folder = await mkdtemp(join(tmpdir(), 'untrusted-'))
  })
  after(async () => {
    await rm(folder, { recursive: true, force: true })
    await database.drop()
    proxy.close()
    await server.stop()
  })

  const end = async (environment: NodeJS.ProcessEnv) => {
    const child = spawn(process.execPath, ['projections/main.ts'], {
      cwd: root,
      env: { ...childEnvironment, LOG_FORMAT: 'json', PROJECTIONS_PORT: '0', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const [output] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
    const lines = output.trim().split('\n')
    return { code: child.exitCode, last: (JSON.parse(lines.at(-1) ?? '{}') as { message?: string }).message }
  }

  it('ends with one line that names the variable, also where that was given as a file', async () => {
    const file = join(folder, 'event-store-url')
    const authority = encodeURIComponent(elsewhereCertificate.certFile)
    await writeFile(file, `esdb://shop:secret@localhost:${proxy.port}?tlsCAFile=${authority}\n`)
    const [untrusted, plain] = await Promise.all([
      end({ EVENTSTORE_URL_FILE: file, DATABASE_URL: database.url }),
      end({ EVENTSTORE_URL: server.url, DATABASE_URL: `${database.url}?sslmode=verify-full` }),
    ])
    expect(untrusted.code).to.equal(1)
    expect(untrusted.last).to.equal(
      `projections could not start: EVENTSTORE_URL: the event store at localhost:${proxy.port} has a certificate that is not trusted (DEPTH_ZERO_SELF_SIGNED_CERT); tlsCAFile has to name the file of who has signed it`,
    )
    expect(plain).to.deep.equal({
      code: 1,
      last: 'projections could not start: DATABASE_URL: the database does not speak TLS; if that is meant, say sslmode=disable',
    })
  })
})
