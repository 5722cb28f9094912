import { expect } from 'chai'
import { bothWays, event, ids } from './suite/appending.ts'
import { unary, status } from './suite/call-result.ts'
import { rule } from './suite/rule.ts'

rule('1.4', 'both ways of appending write the same', { seen: 'real' }, async (server) => {
  const written = [event('A', { data: { a: 1 }, metadata: { m: 1 } }), event('B')]
  for (const [way, append] of bothWays(server)) {
    const stream = server.name(way)
    expect((await append(stream, written)).nextExpectedRevision).to.equal(1n)
    expect(await ids(server, stream)).to.deep.equal(written.map(({ id }) => id))
  }
})

rule('1.4', 'a method that does not exist is UNIMPLEMENTED', { seen: 'real' }, async (server) => {
  const { streams } = server
  const bytes = (value: Buffer): Buffer => value
  const result = await unary((done) =>
    streams.makeUnaryRequest(
      '/event_store.client.streams.Streams/Nothing',
      bytes,
      bytes,
      Buffer.alloc(0),
      (error, value) => done(error, value),
    ),
  )
  expect(status(result)).to.have.property('code', 12)
})
