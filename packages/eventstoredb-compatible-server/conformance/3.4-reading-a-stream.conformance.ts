import { BACKWARDS, END, FORWARDS } from '@eventstore/db-client'
import { expect } from 'chai'
import { many, revisions } from './suite/appending.ts'
import { rawRead, sayRead, type RawRead } from './suite/raw-read.ts'
import { rule } from './suite/rule.ts'
import type { Server } from './suite/server.ts'
import { all, becomes, refusalType } from './suite/waiting.ts'

const filled = async (server: Server, count: number): Promise<string> => {
  const stream = server.name()
  await server.client.appendToStream(stream, many(count))
  return stream
}

/** Revisions that a read brings; a number for an error. */
const read = async (
  server: Server,
  request: Omit<RawRead, 'count'> & { count?: bigint },
): Promise<string[] | number> => {
  const { code, messages } = await rawRead(server, { count: 100n, ...request })
  return code === 0 ? messages.map((message) => sayRead(message).replace(`${request.stream}/`, '')) : code
}

rule('3.4', 'a read begins at its revision, in both directions', { seen: 'real' }, async (server) => {
  const stream = await filled(server, 5)
  expect(await read(server, { stream, from: 3n })).to.deep.equal(['3', '4'])
  expect(await read(server, { stream, from: 1n, backwards: true })).to.deep.equal(['1', '0'])
  expect(await read(server, { stream, from: 1n, count: 2n })).to.deep.equal(['1', '2'])
})

rule(
  '3.4',
  'a stream that never was, or is soft-deleted, is said to be missing, and the read ends well',
  { seen: 'real' },
  async (server) => {
    const deleted = await filled(server, 2)
    await server.client.deleteStream(deleted)
    for (const stream of [server.name(), deleted, '$all'])
      expect(await read(server, { stream })).to.deep.equal(['not found'])
  },
)

rule('3.4', 'a tombstoned stream cannot be read', { seen: 'real' }, async (server) => {
  const stream = await filled(server, 2)
  await server.client.tombstoneStream(stream)
  expect(await refusalType(all(server.client.readStream(stream)))).to.equal('stream-deleted')
})

rule('3.4', 'a stream whose events are all cut off is empty, not missing', { seen: 'real' }, async (server) => {
  const stream = await filled(server, 2)
  await server.client.setStreamMetadata(stream, { truncateBefore: 2 })
  expect(await read(server, { stream })).to.deep.equal([])
  expect(await read(server, { stream, from: 'end', backwards: true })).to.deep.equal([])
})

rule(
  '3.4',
  'forwards from beyond the end there is nothing; backwards it begins with the last',
  { seen: 'real' },
  async (server) => {
    const stream = await filled(server, 3)
    expect(await read(server, { stream, from: 9n })).to.deep.equal([])
    expect(await read(server, { stream, from: 9n, backwards: true })).to.deep.equal(['2', '1', '0'])
    expect(await read(server, { stream, from: 'end', backwards: true, count: 1n })).to.deep.equal(['2'])
  },
)

rule('3.4', 'backwards from below the first event that is left there is nothing', { seen: 'real' }, async (server) => {
  const stream = await filled(server, 5)
  await server.client.setStreamMetadata(stream, { truncateBefore: 3 })
  expect(await read(server, { stream, from: 2n, backwards: true })).to.deep.equal([])
  expect(await read(server, { stream, from: 3n, backwards: true })).to.deep.equal(['3'])
})

rule('3.4', 'a stream without a name is an unknown error', { seen: 'real' }, async (server) => {
  expect(await read(server, { stream: '' })).to.equal(2)
})

rule(
  '3.4',
  'forwards from the end, or of no events, a read is empty',
  { seen: { differs: 'both are an unknown error' } },
  async (server) => {
    const stream = await filled(server, 2)
    expect(await read(server, { stream, from: 'end' })).to.deep.equal([])
    expect(await read(server, { stream, count: 0n })).to.deep.equal([])
  },
)

rule(
  '3.4',
  '$maxCount and $tb move the beginning, and a read from before it begins there',
  { seen: 'real' },
  async (server) => {
    const stream = await filled(server, 10)
    await server.client.setStreamMetadata(stream, { maxCount: 3 })
    expect(await read(server, { stream })).to.deep.equal(['7', '8', '9'])
    await server.client.setStreamMetadata(stream, { truncateBefore: 8 })
    expect(await read(server, { stream })).to.deep.equal(['8', '9'])
    await server.client.setStreamMetadata(stream, { maxCount: 3, truncateBefore: 8 })
    expect(await read(server, { stream, from: 2n })).to.deep.equal(['8', '9'])
    expect(await read(server, { stream, from: 'end', backwards: true })).to.deep.equal(['9', '8'])
  },
)

rule('3.4', '$maxAge leaves out what is older', { seen: 'real', waits: true }, async (server) => {
  const stream = await filled(server, 2)
  await server.client.setStreamMetadata(stream, { maxAge: 3 })
  await becomes(() => read(server, { stream }), [])
  await server.client.appendToStream(stream, many(1))
  expect(await read(server, { stream })).to.deep.equal(['2'])
})

rule('3.4', 'who does not ask for first and last position is not told them', { seen: 'real' }, async (server) => {
  const stream = await filled(server, 3)
  expect(await read(server, { stream, from: 1n })).to.deep.equal(['1', '2'])
})

rule('3.4', 'a long stream is read whole, once and in order, in both directions', { seen: 'real' }, async (server) => {
  const stream = await filled(server, 1_000)
  const expected = Array.from({ length: 1_000 }, (_, n) => n)
  expect(await revisions(server, stream)).to.deep.equal(expected)
  const backwards = await all(server.client.readStream(stream, { direction: BACKWARDS, fromRevision: END }))
  expect(backwards.map(({ event }) => Number(event?.revision))).to.deep.equal([...expected].reverse())
  const some = await all(server.client.readStream(stream, { direction: FORWARDS, fromRevision: 500n, maxCount: 77 }))
  expect(some.map(({ event }) => Number(event?.revision))).to.deep.equal(expected.slice(500, 577))
})
