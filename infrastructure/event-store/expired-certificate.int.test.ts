import { expect } from 'chai'
import { startEventStore, type EventStore as Server } from 'eventstoredb-compatible-server/source'
import {
  elsewhereCertificate,
  expiredCertificate,
  localhostCertificate,
  startTlsProxy,
  type TlsProxy,
} from '../../test/support/tls-proxy.ts'
import { untilTrue } from '../../test/support/until.ts'
import { connectEventStore } from './adapter.ts'
import { StoreNotTrusted, StoreUnavailable, type EventStore } from './port.ts'

describe('an event store whose certificate runs out while it is connected to', function () {
  this.timeout(30_000)
  let server: Server
  let proxy: TlsProxy
  let store: EventStore
  const warnings: string[] = []
  before(async () => {
    server = await startEventStore({ port: 0, data: 'memory' })
    proxy = await startTlsProxy(server.port, localhostCertificate)
    store = await connectEventStore({
      url: `esdb://localhost:${proxy.port}?tlsCAFile=${encodeURIComponent(localhostCertificate.certFile)}`,
      warn: (message, error) => warnings.push(`${message}: ${String(error)}`),
    })
  })
  after(async () => {
    await store.dispose()
    proxy.close()
    await server.stop()
  })

  const outcomes = async (): Promise<readonly unknown[]> => {
    const asked = [store.probe(2_000), store.holds({ commit: 0n, prepare: 0n })]
    return (await Promise.allSettled(asked)).map((one): unknown =>
      one.status === 'rejected' ? one.reason : 'answered',
    )
  }
  const told = () => warnings.filter((warning) => warning.startsWith('the event store is not trusted any more'))

  it('says so, and not only that it is away; once in the log; and is connected to when it is renewed', async () => {
    await store.probe(5_000)
    proxy.show(expiredCertificate)
    for (const error of [...(await outcomes()), ...(await outcomes())]) {
      expect(error).to.be.instanceOf(StoreNotTrusted)
      expect(error)
        .to.have.property('message')
        .that.equals(
          `EVENTSTORE_URL: the event store at localhost:${proxy.port} has a certificate that has expired (CERT_HAS_EXPIRED); it has to be renewed there`,
        )
    }
    expect(told()).to.have.length(1)

    proxy.show(localhostCertificate)
    await untilTrue('it answers again', async () => (await outcomes()).every((outcome) => outcome === 'answered'))

    proxy.show(elsewhereCertificate)
    await untilTrue('it is told anew', async () => {
      const [error] = await outcomes()
      return error instanceof StoreNotTrusted && error.message.includes('not trusted')
    })
    expect(told()).to.have.length(2)
  })

  it('is away, and nothing else, where nobody is there any more', async () => {
    proxy.close()
    await untilTrue('what is known of the certificate is old', async () => {
      const [error] = await outcomes()
      return error instanceof StoreUnavailable && !(error instanceof StoreNotTrusted)
    })
  })
})
