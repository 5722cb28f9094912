import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import shared from '@eventstore/db-client/generated/shared_pb.js'
import { event, many, withId } from './suite/appending.ts'
import { toEnd } from './suite/call-result.ts'
import { rawRead, readRequest, sayRead, type RawRead } from './suite/raw-read.ts'
import { rule } from './suite/rule.ts'

rule('3.1', 'combinations that mean nothing are invalid arguments', { seen: 'real' }, async (server) => {
  const stream = server.name()
  await server.client.appendToStream(stream, event())
  const filter = { on: 'type', prefixes: ['a'] } as const
  for (const read of [
    { stream, backwards: true },
    { backwards: true },
    { stream, filter },
    { stream, filter, count: 1n },
  ] satisfies RawRead[]) {
    const { code, details } = await rawRead(server, read)
    expect([code, details]).to.satisfy(
      ([one, text]: [number, string]) => one === 3 && /^The combination of .* is invalid\.$/.test(text),
      details,
    )
  }
})

rule(
  '3.1',
  'whether there is a filter must be said, and a direction that there is',
  { seen: 'real' },
  async (server) => {
    const stream = server.name()
    await server.client.appendToStream(stream, event())
    const unsaid = [{ stream, count: 1n }, { count: 1n }, { stream }, {}].map((read) => readRequest(read))
    for (const request of unsaid) request.getOptions()?.clearNoFilter()
    const sideways = readRequest({ stream, count: 1n })
    sideways.getOptions()?.setReadDirection(2 as never) // the type knows no such direction
    for (const request of [...unsaid, sideways])
      expect(await toEnd(server.streams.read(request))).to.have.property('code', 3)
  },
)

rule('3.1', 'ids come as text in lower case, or in two halves, as was asked', { seen: 'real' }, async (server) => {
  const [stream, id] = [server.name(), randomUUID()]
  await server.client.appendToStream(stream, withId(id.toUpperCase()))
  const idOf = async (ids: 'string' | 'structured') =>
    (await rawRead(server, { stream, count: 1n, ids })).messages[0]?.getEvent()?.getEvent()?.getId()
  expect((await idOf('string'))?.getString()).to.equal(id)
  const halves = (await idOf('structured'))?.getStructured()
  const hex = id.replaceAll('-', '')
  expect([halves?.getMostSignificantBits(), halves?.getLeastSignificantBits()]).to.deep.equal(
    [hex.slice(0, 16), hex.slice(16)].map((half) => String(BigInt.asIntN(64, BigInt(`0x${half}`)))),
  )
})

rule('3.1', 'who does not say how ids should come gets an unknown error', { seen: 'real' }, async (server) => {
  const stream = server.name()
  await server.client.appendToStream(stream, event())
  expect(await rawRead(server, { stream, count: 1n, ids: 'none' })).to.have.property('code', 2)
})

rule('3.1', 'a start is a start, though the request has a revision by default', { seen: 'real' }, async (server) => {
  const stream = server.name()
  await server.client.appendToStream(stream, many(2))
  const request = readRequest({ stream, count: 1n })
  request.getOptions()?.getStream()?.setStart(new shared.Empty())
  const { streams } = server
  expect((await toEnd(streams.read(request))).messages.map(sayRead)).to.deep.equal([`${stream}/0`])
})
