import { randomUUID } from 'node:crypto'
import type { ClientDuplexStream } from '@grpc/grpc-js'
import empty from 'google-protobuf/google/protobuf/empty_pb.js'
import timestamp from 'google-protobuf/google/protobuf/timestamp_pb.js'
import shared from '@eventstore/db-client/generated/shared_pb.js'
import streams from '@eventstore/db-client/generated/streams_pb.js'
import type { StreamsClient } from '@eventstore/db-client/generated/streams_grpc_pb.js'
import { expect } from 'chai'
import type { EventStore } from '../server.ts'
import { structuredUuid } from '../grpc/uuid.ts'
import { collect } from '../testing/collect.ts'
import { Opened } from '../testing/running-server.ts'
import { errorOf, until } from '../testing/until.ts'

type Chunk = {
  stream?: string
  deadline?: number
  events?: number
  final?: boolean
  size?: number
  type?: string
  expected?: 'none'
}

const chunk = (
  id: string,
  { stream, deadline, events = 0, final = false, size = 2, type = 'Happened', expected }: Chunk,
): streams.BatchAppendReq => {
  const request = new streams.BatchAppendReq().setCorrelationId(new shared.UUID().setString(id)).setIsFinal(final)
  if (stream !== undefined) {
    const options = new streams.BatchAppendReq.Options()
    if (expected === undefined) options.setAny(new empty.Empty())
    if (stream !== 'UNSET')
      options.setStreamIdentifier(new shared.StreamIdentifier().setStreamName(new Uint8Array(Buffer.from(stream))))
    if (deadline !== undefined) options.setDeadline(timestamp.Timestamp.fromDate(new Date(Date.now() + deadline)))
    request.setOptions(options)
  }
  for (let n = 0; n < events; n += 1) {
    const message = new streams.BatchAppendReq.ProposedMessage()
      .setId(new shared.UUID().setString(randomUUID()))
      .setData(new Uint8Array(size))
    message.getMetadataMap().set('type', type).set('content-type', 'application/json')
    request.addProposedMessages(message)
  }
  return request
}

describe('the batch stream itself (2.2)', () => {
  const opened = new Opened()
  let server: EventStore
  let raw: StreamsClient
  let call: ClientDuplexStream<streams.BatchAppendReq, streams.BatchAppendResp>
  let answers: streams.BatchAppendResp[] = []
  let ended = false
  const said = (answer: streams.BatchAppendResp | undefined): string =>
    answer?.hasSuccess() === true
      ? `revision ${answer.getSuccess()?.getCurrentRevision() ?? '?'}`
      : (answer?.getError()?.getDetails()?.getTypeUrl().replace('type.googleapis.com/event_store.client.', '') ??
        'nothing')
  const id = (answer: streams.BatchAppendResp | undefined): string | undefined =>
    answer?.getCorrelationId()?.getString()

  before(async () => {
    server = await opened.server()
    raw = opened.raw(server)
  })
  after(() => opened.close())
  beforeEach(() => {
    answers = []
    ended = false
    call = raw.batchAppend()
    call
      .on('data', (answer: streams.BatchAppendResp) => answers.push(answer))
      .on('end', () => (ended = true))
      .on('error', () => undefined)
  })
  afterEach(() => call.cancel())

  it('puts together the chunks of appends that are interleaved, and answers each by its id', async () => {
    const [a, b] = [randomUUID(), randomUUID()]
    call.write(chunk(a, { stream: 'a', events: 1 }))
    call.write(chunk(b, { stream: 'b', events: 2 }))
    call.write(chunk(a, { events: 1 }))
    call.write(chunk(b, { events: 1, final: true }))
    call.write(chunk(a, { events: 2, final: true }))
    await until('both answers', () => answers.length === 2)
    expect(Object.fromEntries(answers.map((answer) => [id(answer), said(answer)]))).to.deep.equal({
      [a]: 'revision 3',
      [b]: 'revision 2',
    })
  })

  it('answers every refusal once, with the stream, and passes over the chunks that follow', async () => {
    const cases: [Chunk, string][] = [
      [{ stream: 'UNSET', events: 1 }, 'BadRequest'],
      [{ stream: '', events: 1 }, 'BadRequest'],
      [{ stream: '$$', events: 1 }, 'BadRequest'],
      [{ stream: '$all', events: 1 }, 'AccessDenied'],
      [{ stream: 's', events: 1, type: '' }, 'BadRequest'],
      [{ stream: 's', events: 1, expected: 'none' }, 'BadRequest'],
      [{ stream: 's', events: 1, deadline: -1_000 }, 'Timeout'],
      [{ stream: 's', events: 1, size: 1_048_577 }, 'MaximumAppendSizeExceeded'],
    ]
    const ids = cases.map(() => randomUUID())
    cases.forEach(([first], index) => {
      call.write(chunk(ids[index] ?? '', first))
      call.write(chunk(ids[index] ?? '', { events: 1, final: true }))
    })
    const last = randomUUID()
    call.write(chunk(last, { stream: 's-ok', events: 1, final: true }))
    await until('the last answer', () => answers.some((answer) => id(answer) === last))
    expect(answers.map((answer) => [id(answer), said(answer)])).to.deep.equal([
      ...cases.map(([, expected], index) => [ids[index], expected]),
      [last, 'revision 0'],
    ])
    expect(answers.every((answer) => answer.hasStreamIdentifier())).to.equal(true)
    expect(await errorOf(collect(opened.client(server).readStream('s')))).to.have.property('type', 'stream-not-found')
  })

  it('times out an append whose end never comes, by its deadline or after two seconds, in the other form of its id', async () => {
    const [soon, late] = [randomUUID(), randomUUID()]
    const began = performance.now()
    call.write(chunk(late, { stream: 'late', events: 1 }))
    call.write(chunk(soon, { stream: 'soon', events: 1, deadline: 300 }))
    await until('the first time-out', () => answers.length === 1)
    const first = performance.now() - began
    await until('the second time-out', () => answers.length === 2)
    const second = performance.now() - began
    expect([Math.round(first / 300), Math.round(second / 2_000)]).to.deep.equal([1, 1])
    expect(
      answers.map((answer) => [said(answer), answer.getCorrelationId()?.getStructured()?.toObject()]),
    ).to.deep.equal([soon, late].map((one) => ['Timeout', structuredUuid(one).getStructured()?.toObject()]))
    call.write(chunk(late, { events: 1, final: true }))
    call.write(chunk(randomUUID(), { stream: 'after', events: 1, final: true }))
    await until('the next answer', () => answers.length === 3)
    expect(said(answers[2])).to.equal('revision 0')
  })

  it('takes a deadline that no Date can hold for what it is: far away', async () => {
    const one = randomUUID()
    const first = chunk(one, { stream: 'patient', events: 1 })
    first.getOptions()?.setDeadline(new timestamp.Timestamp().setSeconds(9_000_000_000_000))
    call.write(first)
    call.write(chunk(randomUUID(), { stream: 'meanwhile', events: 1, final: true }))
    await until('the other answer', () => answers.length === 1)
    call.write(chunk(one, { events: 1, final: true }))
    await until('both answers', () => answers.length === 2)
    expect(answers.map(said)).to.deep.equal(['revision 0', 'revision 1'])
  })

  it('finishes what is pending when the client has sent everything, then ends', async () => {
    for (let n = 0; n < 50; n += 1) call.write(chunk(randomUUID(), { stream: `half-${n}`, events: 1, final: true }))
    call.end()
    await until('the end', () => ended)
    expect(answers.map(said)).to.deep.equal(Array.from({ length: 50 }, () => 'revision 0'))
  })
})
