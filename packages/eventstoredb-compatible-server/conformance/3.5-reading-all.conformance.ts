import { BACKWARDS, END, FORWARDS, START, type Position } from '@eventstore/db-client'
import { expect } from 'chai'
import { event, linkTo, many } from './suite/appending.ts'
import { status } from './suite/call-result.ts'
import { rawRead, rawSubscribe, sayRead, type RawRead } from './suite/raw-read.ts'
import { rule } from './suite/rule.ts'
import type { Server } from './suite/server.ts'
import { all, until } from './suite/waiting.ts'

/** Positions of some events, each in a stream of its own. */
const written = async (server: Server, count: number): Promise<{ streams: string[]; positions: Position[] }> => {
  const streams = Array.from({ length: count }, () => server.name())
  const positions: Position[] = []
  for (const stream of streams) positions.push((await server.client.appendToStream(stream, event())).position!)
  return { streams, positions }
}

const read = async (server: Server, request: RawRead): Promise<string[]> =>
  (await rawRead(server, { count: 1_000n, ...request })).messages.map(sayRead)
const firsts = (streams: readonly string[]): string[] => streams.map((stream) => `${stream}/0`)

rule('3.5', 'forwards a read begins with the event at its position', { seen: 'real' }, async (server) => {
  const { streams, positions } = await written(server, 4)
  expect(await read(server, { from: positions[1]! })).to.deep.equal(firsts(streams.slice(1)))
})

rule('3.5', 'backwards a read begins before its position', { seen: 'real' }, async (server) => {
  const { streams, positions } = await written(server, 4)
  expect(await read(server, { from: positions[3]!, backwards: true, count: 2n })).to.deep.equal(
    firsts([streams[2]!, streams[1]!]),
  )
  expect(await read(server, { from: 'end', backwards: true, count: 2n })).to.deep.equal(
    firsts([streams[3]!, streams[2]!]),
  )
})

rule(
  '3.5',
  'forwards from the end or beyond it, and backwards from the start, there is nothing',
  { seen: 'real' },
  async (server) => {
    const { positions } = await written(server, 1)
    const beyond = { commit: positions[0]!.commit + 1_000_000_000n, prepare: positions[0]!.prepare }
    for (const request of [{ from: 'end' }, { from: beyond }, { from: 'start', backwards: true }] satisfies RawRead[]) {
      expect(await rawRead(server, { ...request, count: 10n })).to.deep.include({ code: 0, messages: [] })
    }
  },
)

rule('3.5', 'backwards from beyond the head is an unknown error', { seen: 'real' }, async (server) => {
  const beyond = { commit: 1n << 60n, prepare: 1n << 60n }
  expect(status(await rawRead(server, { from: beyond, backwards: true, count: 10n }))).to.deep.equal({
    code: 2,
    details: 'Unexpected ReadAllResult: Error',
  })
})

rule('3.5', 'a position whose prepare is above its commit is an unknown error', { seen: 'real' }, async (server) => {
  const {
    positions: [position],
  } = await written(server, 1)
  expect(
    await rawRead(server, { from: { commit: position!.commit, prepare: position!.commit + 1n }, count: 1n }),
  ).to.have.property('code', 2)
})

rule('3.5', 'a read of no events is empty', { seen: { onlyHere: 'it is never answered' } }, async (server) => {
  expect(await rawRead(server, { count: 0n })).to.deep.include({ code: 0, messages: [] })
})

rule(
  '3.5',
  'system streams, metadata, links and tombstones are all there, in the order of the log',
  { seen: 'real' },
  async (server) => {
    const { client } = server
    const [stream, links, system] = [server.name(), server.name('links'), server.name('$system')]
    const { position } = await client.appendToStream(stream, event())
    await client.setStreamMetadata(stream, { a: 1 })
    await client.appendToStream(links, linkTo(`0@${stream}`))
    await client.appendToStream(system, event())
    await client.tombstoneStream(stream)
    const events = await all(client.readAll({ fromPosition: position!, maxCount: 5 }))
    expect(events.map(({ event: one }) => [one?.streamId, one?.type, one?.revision])).to.deep.equal([
      [stream, 'Happened', 0n],
      [`$$${stream}`, '$metadata', 0n],
      [links, '$>', 0n],
      [system, 'Happened', 0n],
      [stream, '$streamDeleted', 9_223_372_036_854_775_807n],
    ])
  },
)

rule('3.5', 'what a stream no longer shows is still there: cut off, or deleted', { seen: 'real' }, async (server) => {
  const { client } = server
  const stream = server.name()
  const { position } = await client.appendToStream(stream, event())
  await client.appendToStream(stream, event())
  await client.setStreamMetadata(stream, { maxCount: 1 })
  await client.deleteStream(stream)
  const events = await all(client.readAll({ fromPosition: position!, maxCount: 2 }))
  expect(events.map(({ event: one }) => [one?.streamId, one?.revision])).to.deep.equal([
    [stream, 0n],
    [stream, 1n],
  ])
})

rule('3.5', 'checkpoints and parked messages of groups on $all are left out', { seen: 'real' }, async (server) => {
  const { client } = server
  const name = server.name()
  const { position } = await client.appendToStream(name, event())
  // Written by hand, as the names are what counts.
  for (const suffix of ['checkpoint', 'parked']) {
    await client.appendToStream(`$persistentsubscription-$all::${name}-${suffix}`, event())
    await client.appendToStream(`$persistentsubscription-${name}::${name}-${suffix}`, event())
  }
  const events = await all(client.readAll({ fromPosition: position!, maxCount: 10 }))
  expect(events.map(({ event: one }) => one?.streamId)).to.deep.equal([
    name,
    `$persistentsubscription-${name}::${name}-checkpoint`,
    `$persistentsubscription-${name}::${name}-parked`,
  ])
  expect((await all(client.readStream(`$persistentsubscription-$all::${name}-parked`))).length).to.equal(1)
})

rule('3.5', 'a fresh server has its own events at the start', { seen: 'real' }, async (server) => {
  const [first] = await all(server.client.readAll({ direction: FORWARDS, fromPosition: START, maxCount: 1 }))
  expect(first?.event?.streamId).to.match(/^\$/)
})

rule('3.5', 'both directions bring the same events', { seen: 'real' }, async (server) => {
  const { positions } = await written(server, 1)
  await server.client.appendToStream(server.name(), many(300))
  const forwards = await all(server.client.readAll({ fromPosition: positions[0]! }))
  const backwards = await all(
    server.client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: forwards.length }),
  )
  expect(backwards.map(({ event: one }) => one?.id)).to.deep.equal(forwards.map(({ event: one }) => one?.id).reverse())
})

rule(
  '3.5',
  'a position inside of an event is invalid: for a read at once, for a subscription after its confirmation',
  { seen: 'real', since: '24.2.0' },
  async (server) => {
    const { positions } = await written(server, 2)
    for (const commit of [positions[0]!.commit + 1n, positions[1]!.commit - 1n]) {
      const from = { commit, prepare: commit }
      for (const backwards of [false, true]) {
        expect(status(await rawRead(server, { from, backwards, count: 1n }))).to.deep.equal({
          code: 2,
          details: 'Unexpected ReadAllResult: InvalidPosition',
        })
      }
      for (const filter of [{}, { filter: { on: 'type', prefixes: ['a'] } as const }]) {
        const result = await rawRead(server, { from, ...filter })
        expect(status(result)).to.deep.equal({ code: 3, details: 'Trying to read from an invalid position.' })
        expect(result.messages.map(sayRead)).to.deep.equal(['confirmation'])
      }
    }
  },
)

rule(
  '3.5',
  'what an append of nothing is answered with is a position to read from, both ways',
  { seen: 'real' },
  async (server) => {
    const { streams } = await written(server, 1)
    const { position } = await server.client.appendToStream(server.name(), [])
    expect(await read(server, { from: position!, backwards: true, count: 1n })).to.deep.equal([`${streams[0]}/0`])
    const { streams: later } = await written(server, 1)
    expect(await read(server, { from: position!, count: 1n })).to.deep.equal([`${later[0]}/0`])
    const following = rawSubscribe(server, { from: position! })
    await until(
      'caught up',
      () => following.said.includes('caught up'),
      () => following.said,
    )
    expect(following.said).to.deep.equal(['confirmation', `${later[0]}/0`, 'caught up'])
  },
)
