import http2 from 'node:http2'
import net from 'node:net'
import { expect } from 'chai'
import { ANY, STREAM_EXISTS } from '@eventstore/db-client'
import { many } from './suite/appending.ts'
import { status } from './suite/call-result.ts'
import { appendOptions, proposed, rawAppend, type Expected } from './suite/raw-append.ts'
import { Batch, said } from './suite/raw-batch.ts'
import { rule } from './suite/rule.ts'
import { all, refusal, stays } from './suite/waiting.ts'

const NIL = '00000000-0000-0000-0000-000000000000'

rule('2.1', 'answers with the revision and the position of the last event', { seen: 'real' }, async (server) => {
  const stream = server.name()
  const { messages } = await rawAppend(server, appendOptions(stream), proposed(), proposed(), proposed())
  const success = messages[0]?.getSuccess()
  const last = (await all(server.client.readStream(stream))).at(-1)?.event
  expect([success?.getCurrentRevision(), success?.getPosition()?.toObject()]).to.deep.equal([
    '2',
    { commitPosition: String(last?.position?.commit), preparePosition: String(last?.position?.commit) },
  ])
})

rule(
  '2.1',
  'an event without type or content type is refused, naming what is required',
  { seen: 'real' },
  async (server) => {
    for (const incomplete of [proposed({ type: 'unset' }), proposed({ contentType: 'unset' })]) {
      const result = await rawAppend(server, appendOptions(server.name()), incomplete)
      expect(status(result, 'exception', 'required-metadata-properties')).to.deep.include({
        code: 3,
        exception: 'missing-required-metadata-property',
        'required-metadata-properties': 'type,content-type',
      })
    }
  },
)

rule('2.1', 'any content type but JSON comes back as octets', { seen: 'real' }, async (server) => {
  const stream = server.name()
  await rawAppend(server, appendOptions(stream), proposed({ contentType: 'text/plain', data: 'hello' }), proposed())
  const read = (await all(server.client.readStream(stream))).map(({ event }) => [
    event?.isJson,
    Buffer.isBuffer(event?.data) || event?.data instanceof Uint8Array,
  ])
  expect(read).to.deep.equal([
    [false, true],
    [true, false],
  ])
})

rule('2.1', 'JSON is not looked into: nonsense comes back as it was', { seen: 'real' }, async (server) => {
  const stream = server.name()
  await rawAppend(server, appendOptions(stream), proposed({ data: 'not json{' }))
  const [read] = await all(server.client.readStream(stream))
  expect([read?.event?.isJson, read?.event?.data]).to.deep.equal([true, 'not json{'])
})

rule(
  '2.1',
  'an event of no type, or whose id is nil or malformed, is an unknown error',
  { seen: 'real' },
  async (server) => {
    for (const bad of [proposed({ type: '' }), proposed({ id: NIL }), proposed({ id: 'no id' })]) {
      expect(await rawAppend(server, appendOptions(server.name()), bad)).to.have.property('code', 2)
    }
  },
)

rule(
  '2.1',
  'an event without id, a request without stream or options, options twice and an empty call are unknown errors',
  { seen: 'real' },
  async (server) => {
    const stream = server.name()
    const requests = [
      [appendOptions(stream), proposed({ id: 'unset' })],
      [appendOptions('unset'), proposed()],
      [proposed()],
      [appendOptions(stream), appendOptions(stream), proposed()],
      [],
    ]
    for (const request of requests) expect(await rawAppend(server, ...request)).to.have.property('code', 2)
  },
)

rule('2.1', 'no expected revision at all is an invalid argument', { seen: 'real' }, async (server) => {
  const result = await rawAppend(server, appendOptions(server.name(), 'unset'), proposed())
  expect(status(result)).to.deep.equal({
    code: 3,
    details: "'None' is not a valid EventStore.Client.Streams.AppendReq+Types+Options+ExpectedStreamRevisionOneofCase",
  })
})

rule('2.1', 'a stream without a name is refused', { seen: 'real' }, async (server) => {
  expect(await rawAppend(server, appendOptions(''), proposed())).to.have.property('code', 2)
})

rule(
  '2.1',
  'nothing can be written to $all',
  { seen: { differs: 'where nobody is asked who he is, it makes a stream of that name' } },
  async (server) => {
    expect(await refusal(server.client.appendToStream('$all', many(1)))).to.have.property('type', 'access-denied')
    expect(status(await rawAppend(server, appendOptions('$all'), proposed()), 'exception')).to.deep.include({
      code: 7,
      exception: 'access-denied',
    })
  },
)

rule(
  '2.1',
  'nothing can be written to the metadata of a stream without name',
  { seen: { onlyHere: 'the write is acknowledged, and kills the server' } },
  async (server) => {
    const before = await server.client.appendToStream(server.name(), many(1))
    const batch = new Batch(server)
    batch.send({ stream: '$$', events: 1, final: true })
    await batch.answered(1)
    expect(batch.answers.map(said)).to.deep.equal(['BadRequest'])
    expect(await rawAppend(server, appendOptions('$$'), proposed())).to.have.property('code', 2)
    expect(
      (await all(server.client.readAll({ fromPosition: before.position! }))).map(({ event }) => event?.streamId),
    ).not.to.include('$$')
  },
)

rule(
  '2.1',
  'a wrong expected revision is an answer, with what was expected and what there is',
  { seen: 'real' },
  async (server) => {
    const [stream, missing] = [server.name(), server.name()]
    await server.client.appendToStream(stream, many(2))
    const answer = async (name: string, expected: Expected) => {
      const { code, messages } = await rawAppend(server, appendOptions(name, expected), proposed())
      const wrong = messages[0]?.getWrongExpectedVersion()
      const current =
        wrong?.hasCurrentRevision() === true
          ? wrong.getCurrentRevision()
          : wrong?.hasCurrentNoStream() === true
            ? 'none'
            : 'unset'
      const said =
        wrong?.hasExpectedRevision() === true
          ? wrong.getExpectedRevision()
          : wrong?.hasExpectedNoStream() === true
            ? 'no_stream'
            : wrong?.hasExpectedStreamExists() === true
              ? 'stream_exists'
              : 'unset'
      return [code, said, current]
    }
    expect(await answer(stream, 7n)).to.deep.equal([0, '7', '1'])
    expect(await answer(stream, 'no_stream')).to.deep.equal([0, 'no_stream', '1'])
    expect(await answer(missing, 3n)).to.deep.equal([0, '3', 'none'])
    expect(await answer(missing, 'stream_exists')).to.deep.equal([0, 'stream_exists', 'none'])
  },
)

rule('2.1', 'a tombstoned stream is an error of the call', { seen: 'real' }, async (server) => {
  const stream = server.name()
  await server.client.tombstoneStream(stream, { expectedRevision: ANY })
  expect(
    status(await rawAppend(server, appendOptions(stream), proposed()), 'exception', 'stream-name'),
  ).to.deep.include({
    code: 9,
    exception: 'stream-deleted',
    'stream-name': stream,
  })
  const error = await refusal(
    server.client.appendToStream(stream, many(1), {
      expectedRevision: STREAM_EXISTS,
      credentials: { username: 'a', password: 'b' },
    }),
  )
  expect(error).to.deep.include({ type: 'stream-deleted', streamName: stream })
})

rule(
  '2.1',
  'an append whose connection breaks before its end leaves nothing',
  { seen: { onlyHere: 'nobody has watched it there, nor is it promised' } },
  async (server) => {
    const stream = server.name()
    const socket = net.connect(server.port, server.host)
    const session = http2
      .connect(`http://${server.host}:${server.port}`, { createConnection: () => socket })
      .on('error', () => undefined)
    await new Promise((resolve) => session.once('connect', resolve))
    const path = '/event_store.client.streams.Streams/Append'
    const call = session
      .request({ ':method': 'POST', ':path': path, 'content-type': 'application/grpc', te: 'trailers' })
      .on('error', () => undefined)
    for (const message of [appendOptions(stream), proposed(), proposed()]) {
      const bytes = message.serializeBinary()
      const length = Buffer.alloc(5)
      length.writeUInt32BE(bytes.length, 1)
      call.write(Buffer.concat([length, bytes]))
    }
    // Comes back when the server has been given what was sent before.
    await new Promise<void>((resolve, reject) => session.ping((error) => (error === null ? resolve() : reject(error))))
    socket.destroy()
    await stays(async () => (await refusal(all(server.client.readStream(stream))))['type'], 'stream-not-found', 300)
  },
)
