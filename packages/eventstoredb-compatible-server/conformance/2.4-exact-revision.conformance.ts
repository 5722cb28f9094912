import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { bothWays, event, ids, many, revisions, withId } from './suite/appending.ts'
import { OwnServer } from './suite/own-server.ts'
import { rule } from './suite/rule.ts'
import { refusal } from './suite/waiting.ts'

const wrong = (expectedVersion: unknown, actualVersion: unknown) => ({
  type: 'wrong-expected-version',
  expectedVersion,
  actualVersion,
})

rule(
  '2.4',
  'events get the next numbers in the order of the request, all or none',
  { seen: 'real' },
  async (server) => {
    for (const [, append] of bothWays(server)) {
      const stream = server.name()
      const [first, second] = [many(3), many(2)]
      expect((await append(stream, first, 'no_stream')).nextExpectedRevision).to.equal(2n)
      expect((await append(stream, second, 2n)).nextExpectedRevision).to.equal(4n)
      await refusal(append(stream, many(2), 3n))
      expect(await revisions(server, stream)).to.deep.equal([0, 1, 2, 3, 4])
      expect(await ids(server, stream)).to.deep.equal([...first, ...second].map(({ id }) => id))
    }
  },
)

rule('2.4', 'a revision ahead of the stream is wrong', { seen: 'real' }, async (server) => {
  for (const [, append] of bothWays(server)) {
    const [stream, missing] = [server.name(), server.name()]
    await append(stream, many(2))
    expect(await refusal(append(stream, event(), 5n))).to.deep.include(wrong(5n, 1n))
    expect(await refusal(append(missing, event(), 0n))).to.deep.include(wrong(0n, 'no_stream'))
  }
})

rule(
  '2.4',
  'a revision behind the stream, or none at all, is wrong for other events',
  { seen: 'real' },
  async (server) => {
    for (const [, append] of bothWays(server)) {
      const stream = server.name()
      await append(stream, many(2))
      expect(await refusal(append(stream, event(), 0n))).to.deep.include(wrong(0n, 1n))
      expect(await refusal(append(stream, event(), 'no_stream'))).to.deep.include(wrong('no_stream', 1n))
    }
  },
)

rule(
  '2.4',
  'the same append again, at its revision, is answered as the first time and writes nothing',
  { seen: 'real' },
  async (server) => {
    for (const [, append] of bothWays(server)) {
      const stream = server.name()
      const [first, second] = [many(2), many(3)]
      const [one, two] = [await append(stream, first, 'no_stream'), await append(stream, second, 1n)]
      await append(stream, event())
      expect([await append(stream, first, 'no_stream'), await append(stream, second, 1n)]).to.deep.equal([one, two])
      expect((await revisions(server, stream)).length).to.equal(6)
    }
  },
)

rule('2.4', 'the beginning of an old append is enough to be recognised', { seen: 'real' }, async (server) => {
  for (const [, append] of bothWays(server)) {
    const stream = server.name()
    const [a, b, c] = many(3)
    await append(stream, [a!, b!, c!], 'no_stream')
    expect((await append(stream, [a!], 'no_stream')).nextExpectedRevision).to.equal(0n)
    expect((await append(stream, [b!], 0n)).nextExpectedRevision).to.equal(1n)
    expect(await revisions(server, stream)).to.deep.equal([0, 1, 2])
  }
})

rule('2.4', 'an append that is the old one only at first, or longer, is wrong', { seen: 'real' }, async (server) => {
  for (const [, append] of bothWays(server)) {
    const stream = server.name()
    const [a, b] = many(2)
    await append(stream, [a!, b!], 'no_stream')
    for (const events of [
      [a!, event()],
      [a!, b!, event()],
      [b!, a!],
    ]) {
      expect(await refusal(append(stream, events, 'no_stream'))).to.deep.include(wrong('no_stream', 1n))
    }
    expect(await revisions(server, stream)).to.deep.equal([0, 1])
  }
})

rule(
  '2.4',
  'only ids decide: other data and another type under the same id is the same event',
  { seen: 'real' },
  async (server) => {
    for (const [, append] of bothWays(server)) {
      for (const expected of ['any', 'no_stream'] as const) {
        const [stream, id] = [server.name(), randomUUID()]
        const first = await append(stream, withId(id), expected)
        expect(await append(stream, event('Otherwise', { id, data: { other: true } }), expected)).to.deep.equal(first)
        expect(await revisions(server, stream)).to.deep.equal([0])
      }
    }
  },
)

rule('2.4', 'old events are recognised though they are cut off by metadata', { seen: 'real' }, async (server) => {
  for (const [, append] of bothWays(server)) {
    const stream = server.name()
    const first = many(3)
    await append(stream, first, 'no_stream')
    await server.client.setStreamMetadata(stream, { maxCount: 1 })
    expect((await append(stream, first, 'no_stream')).nextExpectedRevision).to.equal(2n)
    expect(await revisions(server, stream)).to.deep.equal([2])
  }
})

rule(
  '2.4',
  'exact appends are recognised after a restart as well',
  { seen: 'watched', only: 'kills the server', waits: true },
  async (server) => {
    const own = await OwnServer.start(server)
    const stream = server.name()
    const [first, second] = [many(2), many(2)]
    const answers = [await own.append(stream, first, 'no_stream'), await own.append(stream, second, 1n)]
    await own.restart()
    expect([await own.append(stream, first, 'no_stream'), await own.append(stream, second, 1n)]).to.deep.equal(answers)
    expect(await refusal(own.append(stream, many(1), 1n))).to.deep.include(wrong(1n, 3n))
    expect(await revisions(own, stream)).to.deep.equal([0, 1, 2, 3])
  },
)
