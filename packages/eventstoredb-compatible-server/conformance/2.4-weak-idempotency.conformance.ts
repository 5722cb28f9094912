import { expect } from 'chai'
import { bothWays, event, many, revisions } from './suite/appending.ts'
import { OwnServer } from './suite/own-server.ts'
import { rule } from './suite/rule.ts'
import { refusal } from './suite/waiting.ts'

const wrong = (expectedVersion: unknown, actualVersion: unknown) => ({
  type: 'wrong-expected-version',
  expectedVersion,
  actualVersion,
})
const KINDS = ['any', 'stream_exists'] as const

rule(
  '2.4',
  'with any and stream_exists the same ids again are answered as the first time',
  { seen: 'real' },
  async (server) => {
    for (const [, append] of bothWays(server)) {
      for (const kind of KINDS) {
        const stream = server.name()
        await append(stream, event())
        const events = many(2)
        const first = await append(stream, events, kind)
        await append(stream, event())
        expect(await append(stream, events, kind)).to.deep.equal(first)
        expect(await revisions(server, stream)).to.deep.equal([0, 1, 2, 3])
      }
    }
  },
)

rule(
  '2.4',
  'ids need not stand side by side: revision and position are those of the last',
  { seen: 'real' },
  async (server) => {
    for (const [, append] of bothWays(server)) {
      const stream = server.name()
      const [a, b, c, d] = many(4)
      await append(stream, [a!, b!, c!])
      const last = await append(stream, d!)
      expect(await append(stream, [a!, d!])).to.deep.equal(last)
      expect((await append(stream, [b!, b!])).nextExpectedRevision).to.equal(1n)
      expect(await revisions(server, stream)).to.deep.equal([0, 1, 2, 3])
    }
  },
)

rule(
  '2.4',
  'ids in reverse order are answered too',
  { seen: { onlyHere: 'the append is never answered' } },
  async (server) => {
    for (const [, append] of bothWays(server)) {
      const stream = server.name()
      const [a, b, c] = many(3)
      await append(stream, [a!, b!, c!])
      expect((await append(stream, [c!, a!])).nextExpectedRevision).to.equal(0n)
      expect(await revisions(server, stream)).to.deep.equal([0, 1, 2])
    }
  },
)

rule('2.4', 'a new first id means that all are written, known ones too', { seen: 'real' }, async (server) => {
  for (const [, append] of bothWays(server)) {
    for (const kind of KINDS) {
      const stream = server.name()
      const known = event()
      await append(stream, known)
      expect((await append(stream, [event(), known], kind)).nextExpectedRevision).to.equal(2n)
      expect(await revisions(server, stream)).to.deep.equal([0, 1, 2])
    }
  }
})

rule(
  '2.4',
  'a known first id with a new one after it is a wrong revision, even with any',
  { seen: 'real' },
  async (server) => {
    for (const [, append] of bothWays(server)) {
      for (const kind of KINDS) {
        const stream = server.name()
        const known = event()
        await append(stream, known)
        expect(await refusal(append(stream, [known, event()], kind))).to.deep.include(wrong(kind, 0n))
        expect(await revisions(server, stream)).to.deep.equal([0])
      }
    }
  },
)

rule(
  '2.4',
  'an id belongs to the stream that wrote it first: elsewhere it is written each time',
  { seen: 'real' },
  async (server) => {
    for (const [, append] of bothWays(server)) {
      const [first, second] = [server.name(), server.name()]
      const shared = event()
      await append(first, shared)
      for (const revision of [0n, 1n, 2n])
        expect((await append(second, shared)).nextExpectedRevision).to.equal(revision)
      expect((await append(first, shared)).nextExpectedRevision).to.equal(0n)
    }
  },
)

rule('2.4', 'stream_exists needs events, or metadata alone', { seen: 'real' }, async (server) => {
  for (const [, append] of bothWays(server)) {
    const [missing, described] = [server.name(), server.name()]
    expect(await refusal(append(missing, event(), 'stream_exists'))).to.deep.include(
      wrong('stream_exists', 'no_stream'),
    )
    await server.client.setStreamMetadata(described, { about: 'something' })
    expect((await append(described, event(), 'stream_exists')).nextExpectedRevision).to.equal(0n)
  }
})

rule(
  '2.4',
  'nobody appends to a tombstoned stream, whatever is expected, old events neither',
  { seen: 'real' },
  async (server) => {
    for (const [, append] of bothWays(server)) {
      const stream = server.name()
      const written = event()
      await append(stream, written)
      await server.client.tombstoneStream(stream, { expectedRevision: 'any' })
      for (const expected of ['any', 'no_stream', 'stream_exists', 0n] as const) {
        for (const one of [event(), written]) {
          expect(await refusal(append(stream, one, expected))).to.deep.include({
            type: 'stream-deleted',
            streamName: stream,
          })
        }
      }
    }
  },
)

rule(
  '2.4',
  'a soft-deleted stream does not exist for stream_exists, and is begun again by any, no_stream and its revision',
  { seen: 'real' },
  async (server) => {
    for (const [, append] of bothWays(server)) {
      for (const expected of ['any', 'no_stream', 1n] as const) {
        const stream = server.name()
        await append(stream, many(2))
        await server.client.deleteStream(stream, { expectedRevision: 'any' })
        expect(await refusal(append(stream, event(), 'stream_exists'))).to.deep.include({
          type: 'stream-deleted',
          streamName: stream,
        })
        expect((await append(stream, event(), expected)).nextExpectedRevision).to.equal(2n)
        expect(await revisions(server, stream)).to.deep.equal([2])
      }
    }
  },
)

rule(
  '2.4',
  'the ids of a soft-deleted stream are still known: nothing is written, it stays deleted, the answer has no position',
  { seen: 'real' },
  async (server) => {
    for (const [, append] of bothWays(server)) {
      for (const expected of ['any', 'no_stream'] as const) {
        const stream = server.name()
        const written = many(2)
        await append(stream, written, 'no_stream')
        await server.client.deleteStream(stream, { expectedRevision: 'any' })
        const again = await append(stream, written, expected)
        expect([again.nextExpectedRevision, again.position]).to.deep.equal([1n, undefined])
        expect(await refusal(revisions(server, stream))).to.have.property('type', 'stream-not-found')
      }
    }
  },
)

rule(
  '2.4',
  'an append of nothing succeeds where one of something would, has a position, and makes no stream',
  { seen: 'real' },
  async (server) => {
    for (const [, append] of bothWays(server)) {
      const [missing, stream] = [server.name(), server.name()]
      for (const expected of ['any', 'no_stream', 'no_stream'] as const) {
        const answer = await append(missing, [], expected)
        expect([answer.success, answer.nextExpectedRevision, typeof answer.position?.commit]).to.deep.equal([
          true,
          0n,
          'bigint',
        ])
      }
      expect(await refusal(revisions(server, missing))).to.have.property('type', 'stream-not-found')
      for (const expected of [0n, 'stream_exists'] as const)
        expect(await refusal(append(missing, [], expected))).to.deep.include(wrong(expected, 'no_stream'))
      await append(stream, many(2))
      for (const expected of ['any', 'stream_exists', 1n] as const)
        expect((await append(stream, [], expected)).nextExpectedRevision).to.equal(1n)
      expect(await refusal(append(stream, [], 0n))).to.deep.include(wrong(0n, 1n))
    }
  },
)

rule(
  '2.4',
  'ids are known after a restart, with any too',
  { seen: { differs: 'ids are forgotten when it stops, and such an append is written again' }, waits: true },
  async (server) => {
    const own = await OwnServer.start(server)
    const stream = server.name()
    const events = many(2)
    const first = await own.append(stream, events)
    await own.restart()
    expect(await own.append(stream, events)).to.deep.equal(first)
    expect(await refusal(own.append(stream, [events[0]!, event()]))).to.deep.include(wrong('any', 1n))
    expect(await revisions(own, stream)).to.deep.equal([0, 1])
  },
)
