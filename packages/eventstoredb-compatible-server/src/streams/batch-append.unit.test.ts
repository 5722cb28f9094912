import { Duplex } from 'node:stream'
import { setImmediate as nextTurn } from 'node:timers/promises'
import shared from '@eventstore/db-client/generated/shared_pb.js'
import streams from '@eventstore/db-client/generated/streams_pb.js'
import type grpc from '@grpc/grpc-js'
import { expect } from 'chai'
import empty from 'google-protobuf/google/protobuf/empty_pb.js'
import { createRandom } from '../testing/random.ts'
import type { AppendResult, Log } from '../log/types.ts'
import { BatchAppendCall } from './batch-append.ts'

const random = createRandom(1)

const append = (size: number): streams.BatchAppendReq => {
  const uuid = () => new shared.UUID().setString(random.uuid())
  const message = new streams.BatchAppendReq.ProposedMessage().setId(uuid()).setData(new Uint8Array(size))
  message.getMetadataMap().set('type', 'Happened').set('content-type', 'application/octet-stream')
  const stream = new shared.StreamIdentifier().setStreamName(Buffer.from('s'))
  return new streams.BatchAppendReq()
    .setCorrelationId(uuid())
    .setIsFinal(true)
    .setOptions(new streams.BatchAppendReq.Options().setAny(new empty.Empty()).setStreamIdentifier(stream))
    .setProposedMessagesList([message])
}

/** What the call needs of grpc's is that it is a stream, and whether it was cancelled. Answers are what it is given to write. */
const callWith = (requests: streams.BatchAppendReq[], onAnswer: (answer: Buffer) => void) => {
  const duplex = new Duplex({
    objectMode: true,
    read() {
      this.push(requests.shift() ?? null)
    },
    write(answer: Buffer, _encoding, done) {
      onAnswer(answer)
      done()
    },
  })
  return Object.assign(duplex, { cancelled: false }) as unknown as grpc.ServerDuplexStream<
    streams.BatchAppendReq,
    Buffer
  >
}

/** The calls look for nothing but `append` in it. */
const logWith = (append: Log['append']): Log => ({ append }) satisfies Partial<Log> as Log

describe('a flood of appends on one call (2.2)', () => {
  it('waits in the connection once some megabytes are on their way to the disk, and is answered whole', async () => {
    const COUNT = 40
    const waiting: ((result: AppendResult) => void)[] = []
    let asked = 0
    const log = logWith(() => ((asked += 1), new Promise<AppendResult>((resolve) => waiting.push(resolve))))
    const requests = Array.from({ length: COUNT }, () => append(1_000_000))
    let answers = 0
    const call = callWith(requests, () => (answers += 1))
    const run = new BatchAppendCall(call, log, { maxAppendSize: 1_048_576, writeTimeout: 60_000 }).run()
    // Far more turns than all of them would need: that the rest does not come can't be waited for otherwise.
    for (let turn = 0; turn < 200; turn += 1) await nextTurn()
    expect(asked).to.equal(17)
    for (let turn = 0; asked < COUNT || waiting.length > 0; turn += 1) {
      waiting.shift()?.({ kind: 'appended', revision: 0n, position: 0n })
      await nextTurn()
      if (turn > 10_000) throw new Error(`stuck after ${asked}`)
    }
    await run
    expect([asked, answers]).to.deep.equal([COUNT, COUNT])
  })
})

describe('an append that is not on disk in time (2.3)', () => {
  it('is answered as timed out, once, and is under way until it is written', async () => {
    const written = Promise.withResolvers<AppendResult>()
    const answered = Promise.withResolvers<Buffer>()
    let answers = 0
    let isOver = false
    const call = callWith([append(10)], (answer) => {
      answers += 1
      answered.resolve(answer)
    })
    const run = new BatchAppendCall(
      call,
      logWith(() => written.promise),
      { maxAppendSize: 1_000, writeTimeout: 1 },
    )
      .run()
      .then(() => (isOver = true))
    const answer = streams.BatchAppendResp.deserializeBinary(await answered.promise)
    expect([answer.getCorrelationId()?.hasString(), answer.getError()?.getDetails()?.getTypeUrl()]).to.deep.equal([
      true,
      'type.googleapis.com/event_store.client.Timeout',
    ])
    for (let turn = 0; turn < 20; turn += 1) await nextTurn()
    expect(isOver).to.equal(false)
    written.resolve({ kind: 'appended', revision: 0n, position: 0n })
    await run
    expect(answers).to.equal(1)
  })
})
