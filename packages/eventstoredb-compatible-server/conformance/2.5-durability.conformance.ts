import { END, START } from '@eventstore/db-client'
import { expect } from 'chai'
import { event, ids, many, revisions } from './suite/appending.ts'
import { Following } from './suite/following.ts'
import { OwnServer } from './suite/own-server.ts'
import { rule } from './suite/rule.ts'
import { all } from './suite/waiting.ts'

rule('2.5', 'what was answered can be read at once', { seen: 'real' }, async (server) => {
  const [stream, reader] = [server.name(), server.another()]
  for (let n = 0; n < 30; n += 1) {
    await server.client.appendToStream(stream, event())
    expect((await revisions({ client: reader }, stream)).length).to.equal(n + 1)
  }
})

rule(
  '2.5',
  'positions grow from append to append, and are those that readers see',
  { seen: 'real' },
  async (server) => {
    const stream = server.name()
    const positions: (bigint | undefined)[] = []
    for (let n = 0; n < 20; n += 1)
      positions.push((await server.client.appendToStream(stream, event())).position?.commit)
    expect([...positions].sort((a, b) => Number((a ?? 0n) - (b ?? 0n)))).to.deep.equal(positions)
    expect(new Set(positions).size).to.equal(20)
    expect(
      (await all(server.client.readStream(stream))).map(({ event: read }) => read?.position?.commit),
    ).to.deep.equal(positions)
  },
)

rule('2.5', 'a subscription sees what was answered, in the order of positions', { seen: 'real' }, async (server) => {
  const stream = server.name()
  const following = new Following(server, server.client.subscribeToStream(stream, { fromRevision: END }))
  await following.caughtUp()
  await Promise.all(Array.from({ length: 60 }, () => server.client.appendToStream(stream, event())))
  await following.got(60)
  expect(following.revisions).to.deep.equal(Array.from({ length: 60 }, (_, n) => n))
})

rule(
  '2.5',
  'what was answered, or seen by a subscriber, is there when the server is killed',
  { seen: 'read', only: 'kills the server', waits: true },
  async (server) => {
    const own = await OwnServer.startProcess(server)
    const stream = server.name()
    const following = new Following(
      { after: () => undefined },
      own.client.subscribeToStream(stream, { fromRevision: START }),
    )
    await following.caughtUp()
    let answered = 0
    const appends = Array.from({ length: 100 }, (_, n) =>
      own.append(stream, many(3)).then(
        () => {
          answered += 1
          if (n === 30) return own.end('SIGKILL')
          return undefined
        },
        () => undefined,
      ),
    )
    await Promise.all(appends)
    const seen = following.events.map(({ event: one }) => one?.id)
    await own.server.close()
    await own.start()
    const stored = await ids(own, stream)
    expect(stored.length).to.be.at.least(3 * answered)
    expect([stored.length % 3, stored.slice(0, seen.length)]).to.deep.equal([0, seen])
  },
)

rule(
  '2.5',
  'positions are the same after a restart',
  { seen: 'read', only: 'kills the server', waits: true },
  async (server) => {
    const own = await OwnServer.start(server)
    const stream = server.name()
    await own.append(stream, many(5))
    const positions = async () => (await all(own.client.readStream(stream))).map(({ event: one }) => one?.position)
    const before = await positions()
    await own.restart()
    expect(await positions()).to.deep.equal(before)
    expect((await own.append(stream, event())).position?.commit).to.satisfy(
      (commit: bigint) => commit > (before.at(-1)?.commit ?? 0n),
    )
  },
)
