import { X509Certificate } from 'node:crypto'
import { expect } from 'chai'
import grpc from '@grpc/grpc-js'
import gossipGrpc from '@eventstore/db-client/generated/gossip_grpc_pb.js'
import gossip from '@eventstore/db-client/generated/gossip_pb.js'
import { startEventStore, type EventStore as Server } from 'eventstoredb-compatible-server/source'
import {
  elsewhereCertificate,
  localhostCertificate,
  startTlsProxy,
  type TestCertificate,
  type TlsProxy,
} from '../../test/support/tls-proxy.ts'
import { connectEventStore } from './adapter.ts'
import { StoreNotTrusted } from './port.ts'

/** A node of a cluster that knows where the leader is, and nothing else. */
const startGossip = async (leaderPort: number, { cert, key }: TestCertificate) => {
  const leader = new gossip.MemberInfo()
    .setState(gossip.MemberInfo.VNodeState.LEADER)
    .setIsAlive(true)
    .setHttpEndPoint(new gossip.EndPoint().setAddress('localhost').setPort(leaderPort))
  const server = new grpc.Server()
  server.addService(gossipGrpc.GossipService, {
    read: (_: unknown, answer: grpc.sendUnaryData<gossip.ClusterInfo>) => {
      answer(null, new gossip.ClusterInfo().setMembersList([leader]))
    },
  })
  const credentials = grpc.ServerCredentials.createSsl(null, [{ private_key: key, cert_chain: cert }])
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', credentials, (error, bound) => (error === null ? resolve(bound) : reject(error)))
  })
  return { port, close: () => server.forceShutdown() }
}

describe('an event store over TLS', () => {
  let server: Server
  let here: TlsProxy
  let elsewhere: TlsProxy
  let cluster: Awaited<ReturnType<typeof startGossip>>
  before(async () => {
    server = await startEventStore({ port: 0, data: 'memory' })
    here = await startTlsProxy(server.port, localhostCertificate)
    elsewhere = await startTlsProxy(server.port, elsewhereCertificate)
    cluster = await startGossip(here.port, localhostCertificate)
  })
  after(async () => {
    cluster.close()
    elsewhere.close()
    here.close()
    await server.stop()
  })

  const trusting = ({ certFile }: TestCertificate) => `tls=true&tlsCAFile=${encodeURIComponent(certFile)}`
  const attempt = async (url: string): Promise<unknown> => {
    try {
      const store = await connectEventStore({ url })
      try {
        await store.probe(5_000)
        return 'connected'
      } finally {
        await store.dispose()
      }
    } catch (error) {
      return error
    }
  }

  it('is connected to where who has signed its certificate is named', async () => {
    expect(await attempt(`esdb://shop:secret@localhost:${here.port}?${trusting(localhostCertificate)}`)).to.equal(
      'connected',
    )
  })

  it('is found by the gossip of its cluster', async () => {
    const trusted = trusting(localhostCertificate)
    expect(await attempt(`esdb+discover://shop:secret@localhost:${cluster.port}?${trusted}`)).to.equal('connected')
    expect(await attempt(`esdb+discover://localhost:${server.port}?tls=false`)).to.equal('connected')
  })

  const refusals: readonly (readonly [string, () => string, string])[] = [
    ['of whose certificate nobody knows the signer', () => `esdb://localhost:${here.port}`, 'not trusted'],
    [
      'whose certificate somebody else has signed',
      () => `esdb://localhost:${here.port}?${trusting(elsewhereCertificate)}`,
      'not trusted (DEPTH_ZERO_SELF_SIGNED_CERT); tlsCAFile has to name',
    ],
    [
      'whose certificate is for another name',
      () => `esdb://localhost:${elsewhere.port}?${trusting(elsewhereCertificate)}`,
      'a certificate for another name',
    ],
    [
      'whose cluster is not trusted',
      () => `esdb+discover://localhost:${cluster.port}?${trusting(elsewhereCertificate)}&maxDiscoverAttempts=1`,
      'not trusted',
    ],
    [
      'that does not speak TLS',
      () => `esdb://localhost:${server.port}?${trusting(localhostCertificate)}`,
      'does not speak TLS; if that is meant, say tls=false',
    ],
    [
      'that speaks TLS, unlike the address',
      () => `esdb://localhost:${here.port}?tls=false`,
      'speaks TLS, and the address',
    ],
  ]
  for (const [what, url, words] of refusals) {
    it(`is refused with the name of the variable: one ${what}`, async () => {
      const error = await attempt(url())
      expect(error).to.be.instanceOf(StoreNotTrusted)
      expect(error)
        .to.have.property('message')
        .that.matches(/^EVENTSTORE_URL: the event store at localhost:\d+ /)
        .and.includes(words)
    })
  }

  it('is waited for when nobody is there', async () => {
    const store = await connectEventStore({ url: `esdb://localhost:1?${trusting(localhostCertificate)}` })
    await store.dispose()
  })

  it('is tried with certificates that are what they are taken for', () => {
    const names = [localhostCertificate, elsewhereCertificate].map(
      ({ cert }) => new X509Certificate(cert).subjectAltName,
    )
    expect(names).to.deep.equal(['DNS:localhost, IP Address:127.0.0.1', 'DNS:elsewhere.example'])
  })
})
