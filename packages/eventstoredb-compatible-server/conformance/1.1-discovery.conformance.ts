import { expect } from 'chai'
import type { ClusterInfo } from '@eventstore/db-client/generated/gossip_pb.js'
import shared from '@eventstore/db-client/generated/shared_pb.js'
import { event, revisions } from './suite/appending.ts'
import { unary } from './suite/call-result.ts'
import { rule } from './suite/rule.ts'

rule('1.1', 'a connection string of one host leads straight to it', { seen: 'real' }, async (server) => {
  const stream = server.name()
  await server.another(`esdb://${server.host}:${server.port}?tls=false`).appendToStream(stream, event())
  expect(await revisions(server, stream)).to.deep.equal([0])
})

rule(
  '1.1',
  'clients that discover the node by gossip reach it where it says it is',
  { seen: 'real' },
  async (server) => {
    const stream = server.name()
    const host = `${server.host}:${server.port}`
    for (const [n, url] of [`esdb+discover://${host}?tls=false`, `esdb://${host},${host}?tls=false`].entries()) {
      expect((await server.another(url).appendToStream(stream, event())).nextExpectedRevision).to.equal(BigInt(n))
    }
  },
)

rule(
  '1.1',
  'gossip names one living leader, its address, an id and the time in ticks',
  { seen: 'watched' },
  async (server) => {
    const { gossip } = server
    const { messages } = await unary<ClusterInfo>((done) => gossip.read(new shared.Empty(), done))
    const [member, ...others] = messages[0]?.getMembersList() ?? []
    expect(others).to.deep.equal([])
    expect([member?.getState(), member?.getIsAlive(), member?.getHttpEndPoint()?.getPort()]).to.deep.equal([
      8,
      true,
      server.port,
    ])
    expect(member?.getInstanceId()?.hasStructured()).to.equal(true)
    // Of the last round of gossip: an idle node may have had none since it started.
    const milliseconds = Number(member?.getTimeStamp()) / 10_000
    expect(milliseconds).to.be.within(Date.UTC(2020, 0), Date.now() + 60_000)
  },
)
