import { ANY, NO_STREAM, START } from '@eventstore/db-client'
import { expect } from 'chai'
import { event, many, revisions } from './suite/appending.ts'
import { Following } from './suite/following.ts'
import { rawRead } from './suite/raw-read.ts'
import { OwnServer } from './suite/own-server.ts'
import { rule } from './suite/rule.ts'
import type { Server } from './suite/server.ts'
import { all, refusal, refusalType } from './suite/waiting.ts'

const lastMetadata = async (server: Server, stream: string) =>
  (await all(server.client.readStream(`$$${stream}`))).at(-1)?.event
const wrong = (expectedVersion: unknown, actualVersion: unknown) => ({
  type: 'wrong-expected-version',
  expectedVersion,
  actualVersion,
})

const filled = async (server: Server, count = 2): Promise<string> => {
  const stream = server.name()
  await server.client.appendToStream(stream, many(count))
  return stream
}

rule(
  '4',
  'a soft delete is metadata that cuts everything off, in place of all that was there',
  { seen: 'real' },
  async (server) => {
    const stream = await filled(server)
    await server.client.setStreamMetadata(stream, { maxCount: 7, custom: 1 })
    const { position } = await server.client.deleteStream(stream)
    const written = await lastMetadata(server, stream)
    expect([written?.type, written?.position]).to.deep.equal(['$metadata', position])
    // As text, because the number is larger than JavaScript's exact ones.
    const stored = (await rawRead(server, { stream: `$$${stream}`, count: 1n })).messages[0]?.getEvent()?.getEvent()
    expect(Buffer.from(stored?.getData_asU8() ?? []).toString()).to.equal('{"$tb":9223372036854775807}')
  },
)

rule(
  '4',
  'a soft-deleted stream is not found, and its numbers go on when it comes back',
  { seen: 'real' },
  async (server) => {
    const stream = await filled(server)
    await server.client.deleteStream(stream)
    expect(await refusalType(all(server.client.readStream(stream)))).to.equal('stream-not-found')
    expect(
      (await server.client.appendToStream(stream, many(2), { expectedRevision: NO_STREAM })).nextExpectedRevision,
    ).to.equal(3n)
    expect(await revisions(server, stream)).to.deep.equal([2, 3])
  },
)

rule('4', 'when it comes back the server writes where it begins now', { seen: 'real' }, async (server) => {
  const stream = await filled(server)
  await server.client.deleteStream(stream)
  await server.client.appendToStream(stream, event())
  const written = await lastMetadata(server, stream)
  expect([written?.revision, written?.data]).to.deep.equal([1n, { $tb: 2 }])
})

rule('4', 'metadata written to a soft-deleted stream brings it back, empty', { seen: 'real' }, async (server) => {
  const stream = await filled(server)
  await server.client.deleteStream(stream)
  await server.client.setStreamMetadata(stream, { custom: 'x' })
  expect(await revisions(server, stream)).to.deep.equal([])
  expect((await lastMetadata(server, stream))?.data).to.deep.equal({ custom: 'x', $tb: 2 })
})

rule('4', 'a soft-deleted stream can be deleted again', { seen: 'real' }, async (server) => {
  const stream = await filled(server)
  for (const expectedRevision of [1n, 1n, ANY, NO_STREAM] as const)
    await server.client.deleteStream(stream, { expectedRevision })
  expect(await refusalType(all(server.client.readStream(stream)))).to.equal('stream-not-found')
})

rule(
  '4',
  'a stream that never was cannot be deleted, whatever is expected; one with metadata can',
  { seen: 'real' },
  async (server) => {
    const described = server.name()
    for (const expectedRevision of [ANY, NO_STREAM] as const) {
      expect(await refusalType(server.client.deleteStream(server.name(), { expectedRevision }))).to.equal(
        'wrong-expected-version',
      )
    }
    await server.client.setStreamMetadata(described, { a: 1 })
    await server.client.deleteStream(described, { expectedRevision: ANY })
    expect((await lastMetadata(server, described))?.revision).to.equal(1n)
  },
)

rule('4', 'deleting and tombstoning look at the expected revision', { seen: 'real' }, async (server) => {
  const stream = await filled(server)
  for (const attempt of [
    server.client.deleteStream.bind(server.client),
    server.client.tombstoneStream.bind(server.client),
  ]) {
    expect(await refusal(attempt(stream, { expectedRevision: 0n }))).to.deep.include(wrong(0n, 1n))
    expect(await refusal(attempt(stream, { expectedRevision: 9n }))).to.deep.include(wrong(9n, 1n))
  }
  await server.client.deleteStream(stream, { expectedRevision: 1n })
})

rule(
  '4',
  'a tombstone is the last number there is, and has the position that is answered',
  { seen: 'real' },
  async (server) => {
    const stream = await filled(server)
    const before = await server.client.appendToStream(server.name(), event())
    const { position } = await server.client.tombstoneStream(stream, { expectedRevision: 1n })
    const [, tombstone] = await all(server.client.readAll({ fromPosition: before.position!, maxCount: 2 }))
    expect([
      tombstone?.event?.streamId,
      tombstone?.event?.type,
      tombstone?.event?.revision,
      tombstone?.event?.position,
    ]).to.deep.equal([stream, '$streamDeleted', 9_223_372_036_854_775_807n, position])
  },
)

rule('4', 'a name can be burnt before there is a stream', { seen: 'real' }, async (server) => {
  for (const expectedRevision of [ANY, NO_STREAM] as const) {
    const stream = server.name()
    await server.client.tombstoneStream(stream, { expectedRevision })
    expect(await refusalType(server.client.appendToStream(stream, event()))).to.equal('stream-deleted')
  }
})

rule(
  '4',
  'after a tombstone the metadata reads as deleted as well, and can be written only if it was there before',
  { seen: 'watched' },
  async (server) => {
    const [described, plain] = [await filled(server), await filled(server)]
    await server.client.setStreamMetadata(described, { a: 1 })
    for (const stream of [described, plain]) await server.client.tombstoneStream(stream)
    const written = await server.client.setStreamMetadata(described, { a: 2 })
    expect(written.nextExpectedRevision).to.equal(1n)
    expect(await refusalType(server.client.setStreamMetadata(plain, { a: 2 }))).to.equal('stream-deleted')
    for (const stream of [described, plain]) {
      expect(await refusalType(server.client.getStreamMetadata(stream))).to.equal('stream-deleted')
      expect(await refusalType(all(server.client.readStream(`$$${stream}`)))).to.equal('stream-deleted')
    }
  },
)

rule('4', 'a soft-deleted stream can be tombstoned', { seen: 'real' }, async (server) => {
  const stream = await filled(server)
  await server.client.deleteStream(stream)
  await server.client.tombstoneStream(stream, { expectedRevision: 1n })
  const following = new Following(server, server.client.subscribeToStream(stream, { fromRevision: START }))
  expect(await following.failed()).to.equal('stream-deleted')
})

rule(
  '4',
  'deletes and metadata are as they were after a restart',
  { seen: 'read', only: 'kills the server', waits: true },
  async (server) => {
    const own = await OwnServer.start(server)
    const [deleted, buried, cut] = [server.name(), server.name(), server.name()]
    for (const stream of [deleted, buried, cut]) await own.append(stream, many(3))
    await own.client.deleteStream(deleted)
    await own.client.tombstoneStream(buried)
    await own.append(`$$${cut}`, event('$metadata', { data: { $maxCount: 1 } }))
    await own.restart()
    expect(await refusalType(revisions(own, deleted))).to.equal('stream-not-found')
    expect(await refusalType(revisions(own, buried))).to.equal('stream-deleted')
    expect(await revisions(own, cut)).to.deep.equal([2])
    expect((await own.append(deleted, event())).nextExpectedRevision).to.equal(3n)
  },
)
