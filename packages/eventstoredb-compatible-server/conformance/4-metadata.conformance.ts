import { ANY, jsonEvent, NO_STREAM } from '@eventstore/db-client'
import { expect } from 'chai'
import { event, many, revisions } from './suite/appending.ts'
import { rule } from './suite/rule.ts'
import type { Server } from './suite/server.ts'
import { all, refusal, refusalType } from './suite/waiting.ts'

const metadata = async (server: Server, stream: string): Promise<unknown> =>
  (await server.client.getStreamMetadata(stream)).metadata
const raw = (text: string) => ({
  ...jsonEvent({ type: '$metadata', data: {} }),
  contentType: 'application/octet-stream' as const,
  data: Buffer.from(text),
})

rule('4', 'metadata is the last event of $$stream, which shows that one only', { seen: 'real' }, async (server) => {
  const stream = server.name()
  await server.client.setStreamMetadata(stream, { maxCount: 5 })
  await server.client.setStreamMetadata(stream, {
    maxAge: 100,
    cacheControl: 4,
    truncateBefore: 0,
    acl: { readRoles: ['a'] },
    custom: { x: 1 },
  })
  expect(await metadata(server, stream)).to.deep.include({
    maxAge: 100,
    cacheControl: 4,
    truncateBefore: 0,
    custom: { x: 1 },
  })
  expect(await revisions(server, `$$${stream}`)).to.deep.equal([1])
})

rule('4', 'a stream without metadata has none', { seen: 'real' }, async (server) => {
  expect(await metadata(server, server.name())).to.equal(undefined)
})

rule('4', 'metadata has a revision of its own, which can be expected', { seen: 'real' }, async (server) => {
  const stream = server.name()
  await server.client.setStreamMetadata(stream, { a: 1 }, { expectedRevision: NO_STREAM })
  expect(await refusalType(server.client.setStreamMetadata(stream, { a: 2 }, { expectedRevision: 3n }))).to.equal(
    'wrong-expected-version',
  )
  await server.client.setStreamMetadata(stream, { a: 2 }, { expectedRevision: 0n })
  expect(await metadata(server, stream)).to.deep.equal({ a: 2 })
})

rule('4', 'limits that are not above zero count for nothing', { seen: 'real' }, async (server) => {
  const stream = server.name()
  await server.client.appendToStream(stream, many(3))
  await server.client.appendToStream(
    `$$${stream}`,
    jsonEvent({ type: '$metadata', data: { $maxCount: 0, $maxAge: 0 } }),
  )
  expect(await revisions(server, stream)).to.deep.equal([0, 1, 2])
})

rule('4', '$tb may lie beyond the end', { seen: 'real' }, async (server) => {
  const stream = server.name()
  await server.client.appendToStream(stream, many(3))
  await server.client.setStreamMetadata(stream, { truncateBefore: 5 })
  expect(await revisions(server, stream)).to.deep.equal([])
  await server.client.appendToStream(stream, many(3))
  expect(await revisions(server, stream)).to.deep.equal([5])
})

rule('4', 'malformed metadata, and such as is no JSON, is as none', { seen: 'real' }, async (server) => {
  for (const bad of [
    raw('{"$maxCount":1'),
    jsonEvent({ type: '$metadata', data: { $maxCount: 'one' } }),
    jsonEvent({ type: '$metadata', data: { $maxCount: 1.5 } }),
    raw('{"$maxCount":1}'),
  ]) {
    const stream = server.name()
    await server.client.appendToStream(stream, many(3))
    await server.client.appendToStream(`$$${stream}`, bad)
    expect(await revisions(server, stream)).to.deep.equal([0, 1, 2])
  }
})

rule('4', 'what is cut off does not change the revision that is expected', { seen: 'real' }, async (server) => {
  const stream = server.name()
  await server.client.appendToStream(stream, many(3))
  await server.client.setStreamMetadata(stream, { truncateBefore: 3 })
  expect(await refusal(server.client.appendToStream(stream, event(), { expectedRevision: NO_STREAM }))).to.deep.include(
    { actualVersion: 2n },
  )
  expect((await server.client.appendToStream(stream, event(), { expectedRevision: 2n })).nextExpectedRevision).to.equal(
    3n,
  )
})

rule('4', 'metadata can be set before there is a stream', { seen: 'real' }, async (server) => {
  const stream = server.name()
  await server.client.setStreamMetadata(stream, { maxCount: 2 })
  expect(await refusalType(all(server.client.readStream(stream)))).to.equal('stream-not-found')
  await server.client.appendToStream(stream, many(5), { expectedRevision: ANY })
  expect(await revisions(server, stream)).to.deep.equal([3, 4])
})
