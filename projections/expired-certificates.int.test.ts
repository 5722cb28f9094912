import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect } from 'chai'
import { startEventStore, type EventStore as Server } from 'eventstoredb-compatible-server/source'
import { openExamined } from '../doctor/examined.ts'
import { checkStores } from '../doctor/stores.ts'
import { freePort } from '../embedded/ports.ts'
import { migratedDatabase, type MigratedDatabase } from '../test/processors/database.ts'
import { childEnvironment } from '../test/support/child-environment.ts'
import { expiredCertificate, localhostCertificate, startTlsProxy, type TlsProxy } from '../test/support/tls-proxy.ts'
import { until } from '../test/support/until.ts'

const authority = encodeURIComponent(localhostCertificate.certFile)
const hasExpired = 'has a certificate that has expired (CERT_HAS_EXPIRED); it has to be renewed there'

describe('a process that runs when a certificate of its stores runs out', function () {
  this.timeout(90_000)
  let server: Server
  let database: MigratedDatabase
  let eventStore: TlsProxy
  let postgres: TlsProxy
  let environment: Readonly<Record<string, string>>
  let child: ChildProcess
  let output = ''
  before(async () => {
    server = await startEventStore({ port: 0, data: 'memory' })
    database = await migratedDatabase()
    eventStore = await startTlsProxy(server.port, localhostCertificate)
    const address = new URL(database.url)
    postgres = await startTlsProxy(Number(address.port), localhostCertificate, 'postgres')
    address.host = `localhost:${postgres.port}`
    environment = {
      EVENTSTORE_URL: `esdb://localhost:${eventStore.port}?tlsCAFile=${authority}`,
      DATABASE_URL: `${address.href}?sslmode=verify-full&sslrootcert=${authority}`,
      PROJECTIONS_PORT: String(await freePort()),
    }
    child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts')], {
      env: { ...childEnvironment, LOG_FORMAT: 'json', ...environment },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
  })
  after(async () => {
    const ended = once(child, 'close')
    child.kill('SIGKILL')
    await ended
    postgres.close()
    eventStore.close()
    await database.close()
    await server.stop()
  })

  const ready = async (): Promise<{ readonly status: number; readonly body: string }> => {
    const answer = await fetch(`http://127.0.0.1:${environment['PROJECTIONS_PORT']}/health/ready`)
    return { status: answer.status, body: await answer.text() }
  }
  const isReady = () => until('it is ready', async () => ((await ready()).status === 200 ? true : undefined))
  const seenByDoctor = async () => {
    const examined = await openExamined(environment, [], 3_000)
    try {
      return (await checkStores(examined)).map(({ state, seen }) => [state, seen])
    } finally {
      await examined.close()
    }
  }

  for (const [what, proxy, fault] of [
    [
      'the event store',
      () => eventStore,
      () => `EVENTSTORE_URL: the event store at localhost:${eventStore.port} ${hasExpired}`,
    ],
    ['PostgreSQL', () => postgres, () => `the database ${hasExpired}`],
  ] as const)
    it(`says so of ${what}: in its readiness, in its log, and by the doctor; and goes on when it is renewed`, async () => {
      await isReady()
      proxy().show(expiredCertificate)
      const { body } = await until('its readiness says so', async () => {
        const answer = await ready()
        return answer.body.includes(hasExpired) ? answer : undefined
      })
      expect(body).to.include(fault())
      await until('its log says so', () => (output.includes(`"message":"${fault()}; backing off"`) ? true : undefined))
      const seen = await seenByDoctor()
      expect(seen.filter(([state]) => state === 'wrong')).to.have.length(1)
      expect(seen.find(([state]) => state === 'wrong')?.[1]).to.include(hasExpired)
      proxy().show(localhostCertificate)
      await isReady()
    })
})
