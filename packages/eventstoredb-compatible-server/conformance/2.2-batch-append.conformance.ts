import { randomUUID } from 'node:crypto'
import { binaryEvent } from '@eventstore/db-client'
import { expect } from 'chai'
import { event, ids, many } from './suite/appending.ts'
import { Batch, correlation, said } from './suite/raw-batch.ts'
import { rule } from './suite/rule.ts'
import { refusal, refusalType, until } from './suite/waiting.ts'

const HALF_CLOSED = { onlyHere: 'a call whose client has said all is answered once more and ends, or never ends' }

rule(
  '2.2',
  'appends in parts may be interleaved; each is put together and answered by its id',
  { seen: 'real' },
  async (server) => {
    const batch = new Batch(server)
    const [one, other, a, b] = [server.name(), server.name(), randomUUID(), randomUUID()]
    const eventIds = Array.from({ length: 5 }, () => randomUUID())
    batch.sendPart(a, { stream: one, ids: eventIds.slice(0, 1) })
    batch.sendPart(b, { stream: other, ids: eventIds.slice(3, 4) })
    batch.sendPart(a, { ids: eventIds.slice(1, 3) })
    batch.sendPart(b, { ids: eventIds.slice(4), final: true })
    batch.sendPart(a, { final: true })
    await batch.answered(2)
    expect(Object.fromEntries(batch.answers.map((answer) => [correlation(answer).id, said(answer)]))).to.deep.equal({
      [a]: 'revision 2',
      [b]: 'revision 1',
    })
    expect([await ids(server, one), await ids(server, other)]).to.deep.equal([eventIds.slice(0, 3), eventIds.slice(3)])
  },
)

rule('2.2', 'an append of nothing is one message', { seen: 'real' }, async (server) => {
  const batch = new Batch(server)
  batch.send({ stream: server.name(), final: true })
  await batch.answered(1)
  expect(batch.answers.map(said)).to.deep.equal(['no stream'])
})

rule('2.2', 'a request without a stream is bad, one whose time is over timed out', { seen: 'real' }, async (server) => {
  const batch = new Batch(server)
  batch.send({ stream: 'unset', events: 1, final: true })
  batch.send({ stream: server.name(), events: 1, deadline: -1_000, final: true })
  await batch.answered(2)
  expect(batch.answers.map(said)).to.deep.equal(['BadRequest', 'Timeout'])
})

rule(
  '2.2',
  'an append whose end never comes times out: by its deadline, after two seconds at most, its id in the other form',
  { seen: 'watched', waits: true },
  async (server) => {
    const batch = new Batch(server)
    batch.send({ stream: server.name(), events: 1, final: true })
    await batch.answered(1)
    const began = performance.now()
    const [long, soon] = [
      batch.send({ stream: server.name(), events: 1, deadline: 30_000 }),
      batch.send({ stream: server.name(), events: 1, deadline: 1_500 }),
    ]
    await batch.answered(3)
    expect(batch.answers.slice(1).map((answer) => [said(answer), correlation(answer)])).to.deep.equal(
      [soon, long].map((id) => ['Timeout', { id, form: 'structured' }]),
    )
    expect(performance.now() - began).to.be.within(1_900, 9_000)
  },
)

rule(
  '2.2',
  'parts of an append that is unknown or already refused are passed over',
  { seen: 'real' },
  async (server) => {
    const batch = new Batch(server)
    batch.send({ events: 1, final: true })
    batch.send({ stream: 'unset', events: 1 }, { events: 1 }, { events: 1, final: true })
    const last = batch.send({ stream: server.name(), events: 1, final: true })
    await until('the last', () => batch.answers.some((answer) => correlation(answer).id === last))
    expect(batch.answers.map(said)).to.deep.equal(['BadRequest', 'revision 0'])
  },
)

rule('2.2', 'the size is looked at with each part, and answered at once', { seen: 'real' }, async (server) => {
  const batch = new Batch(server)
  const stream = server.name()
  const id = batch.send({ stream, events: 1, size: 700_000 }, { events: 1, size: 700_000 })
  await batch.answered(1)
  batch.sendPart(id, { events: 1, final: true })
  batch.send({ stream, events: 1, final: true })
  await batch.answered(2)
  expect(batch.answers.map(said)).to.deep.equal(['MaximumAppendSizeExceeded', 'revision 0'])
})

rule('2.2', 'errors name the stream too', { seen: 'real' }, async (server) => {
  const batch = new Batch(server)
  const stream = server.name()
  batch.send({ stream, expected: 5n, events: 1, final: true })
  await batch.answered(1)
  const [answer] = batch.answers
  expect(Buffer.from(answer?.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString()).to.equal(stream)
  expect([answer?.getError()?.getCode(), answer?.getError()?.getMessage(), said(answer!)]).to.deep.equal([
    6,
    'WrongExpectedVersion',
    'WrongExpectedVersion',
  ])
})

rule(
  '2.2',
  'what is pending when the client has said all is finished, then the stream ends',
  { seen: HALF_CLOSED },
  async (server) => {
    const batch = new Batch(server)
    for (let n = 0; n < 50; n += 1) batch.send({ stream: server.name(), events: 1, final: true })
    batch.end()
    await until(
      'the end',
      () => batch.ended,
      () => batch.answers.length,
    )
    expect(batch.answers.map(said)).to.deep.equal(Array.from({ length: 50 }, () => 'revision 0'))
  },
)

rule(
  '2.2',
  'an append whose end can no longer come, because the client has said all, times out',
  { seen: HALF_CLOSED },
  async (server) => {
    const batch = new Batch(server)
    const stream = server.name()
    const id = batch.send({ stream, events: 1 })
    batch.end()
    await until(
      'the end',
      () => batch.ended,
      () => batch.answers.map(said),
    )
    expect(batch.answers.map((answer) => [said(answer), correlation(answer).id])).to.deep.equal([['Timeout', id]])
    expect(await refusalType(ids(server, stream))).to.equal('stream-not-found')
  },
)

rule('2.2', 'the client gets its own error classes, with their fields', { seen: 'real' }, async (server) => {
  const { client } = server
  const [stream, missing, buried] = [server.name(), server.name(), server.name()]
  await client.appendToStream(stream, many(2))
  await client.tombstoneStream(buried, { expectedRevision: 'no_stream' })
  expect(await refusal(client.appendToStream(stream, event(), { expectedRevision: 0n }))).to.deep.equal({
    type: 'wrong-expected-version',
    streamName: stream,
    expectedVersion: 0n,
    actualVersion: 1n,
  })
  expect(await refusal(client.appendToStream(missing, event(), { expectedRevision: 'stream_exists' }))).to.deep.equal({
    type: 'wrong-expected-version',
    streamName: missing,
    expectedVersion: 'stream_exists',
    actualVersion: 'no_stream',
  })
  expect(await refusal(client.appendToStream(buried, event()))).to.deep.equal({
    type: 'stream-deleted',
    streamName: buried,
  })
  expect(
    await refusal(client.appendToStream(stream, binaryEvent({ type: 'Large', data: new Uint8Array(1_100_000) }))),
  ).to.deep.equal({ type: 'maximum-append-size-exceeded', maxAppendSize: 1_048_576 })
  expect(await refusalType(client.appendToStream('', event()))).to.equal('unknown')
})

// The call that breaks takes every pending append of the process with it, so nothing else may be appending.
rule(
  '2.2',
  'one message above 16 MiB breaks the call, and the client goes on with the next',
  { seen: 'real' },
  async (server) => {
    const stream = server.name()
    await refusalType(
      server.client.appendToStream(stream, binaryEvent({ type: 'Huge', data: new Uint8Array(17 * 1_048_576) })),
    ).then((type) => expect(type).to.equal('unknown'))
    expect((await server.client.appendToStream(stream, event())).nextExpectedRevision).to.equal(0n)
  },
)

rule(
  '2.2',
  'a client that wants no errors is told of a wrong revision in the answer',
  { seen: 'real' },
  async (server) => {
    const client = server.another(`${server.url}${server.url.includes('?') ? '&' : '?'}throwOnAppendFailure=false`)
    expect(await client.appendToStream(server.name(), event(), { expectedRevision: 4n })).to.deep.include({
      success: false,
      nextExpectedRevision: -1n,
    })
  },
)
