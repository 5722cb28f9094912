import { expect } from 'chai'
import { startEventStore, type EventStore as Server } from 'eventstoredb-compatible-server/source'
import { testDatabase, type TestDatabase } from '../test/support/postgres.ts'
import { localhostCertificate, startTlsProxy, type TlsProxy } from '../test/support/tls-proxy.ts'
import { checkCertificates } from './certificates.ts'
import { openExamined } from './examined.ts'

const authority = encodeURIComponent(localhostCertificate.certFile)

describe("the certificates of the stores, by the doctor's eyes", function () {
  this.timeout(30_000)
  let server: Server
  let database: TestDatabase
  let eventStore: TlsProxy
  let postgres: TlsProxy
  before(async () => {
    server = await startEventStore({ port: 0, data: 'memory' })
    database = await testDatabase()
    eventStore = await startTlsProxy(server.port, localhostCertificate)
    postgres = await startTlsProxy(Number(new URL(database.url).port), localhostCertificate, 'postgres')
  })
  after(async () => {
    postgres.close()
    eventStore.close()
    await database.drop()
    await server.stop()
  })

  const seen = async (environment: Readonly<Record<string, string>>, now: string) => {
    const examined = await openExamined(environment, [])
    try {
      const findings = await checkCertificates(examined, () => Date.parse(now))
      return findings.map(({ about, state, seen: words }) => `${about}: ${state}, ${words}`)
    } finally {
      await examined.close()
    }
  }
  const overTls = () => {
    const address = new URL(database.url)
    address.host = `localhost:${postgres.port}`
    return {
      EVENTSTORE_URL: `esdb://localhost:${eventStore.port}?tlsCAFile=${authority}`,
      DATABASE_URL: `${address.href}?sslmode=verify-full&sslrootcert=${authority}`,
    }
  }
  const expected = (state: string) => [
    `certificate of the event store at localhost:${eventStore.port}: ${state}, good until 2120-01-01`,
    `certificate of PostgreSQL: ${state}, good until 2120-01-01`,
  ]

  it('are fine as long as they are good for two weeks more', async () => {
    expect(await seen(overTls(), '2119-12-18')).to.deep.equal(expected('fine'))
  })

  it('are wrong from then on: there is time yet to renew them', async () => {
    expect(await seen(overTls(), '2119-12-19')).to.deep.equal(expected('wrong'))
  })

  it('are not spoken of where there are none, and where there is no store', async () => {
    expect(await seen({ EVENTSTORE_URL: server.url, DATABASE_URL: database.url }, '2119-12-19')).to.deep.equal([])
    expect(await seen({ EVENTSTORE_URL: '', DATABASE_URL: '' }, '2119-12-19')).to.deep.equal([])
  })
})
