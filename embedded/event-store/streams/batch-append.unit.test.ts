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

describe('a flood of appends on one call (2.2)', () => {
  it('waits in the connection once some megabytes are on their way to the disk, and is answered whole', async () => {
    const COUNT = 40
    const waiting: ((result: AppendResult) => void)[] = []
    let asked = 0
    const log = { append: () => ((asked += 1), new Promise<AppendResult>((resolve) => waiting.push(resolve))) }
    const requests = Array.from({ length: COUNT }, () => append(1_000_000))
    let answers = 0
    const duplex = new Duplex({
      objectMode: true,
      read() {
        this.push(requests.shift() ?? null)
      },
      write(_answer, _encoding, done) {
        answers += 1
        done()
      },
    })
    // What is needed of grpc's call is that it is a stream, and whether it was cancelled; of the log, that it takes appends.
    const call = Object.assign(duplex, { cancelled: false }) as unknown as grpc.ServerDuplexStream<streams.BatchAppendReq, Buffer>
    const run = new BatchAppendCall(call, log as Partial<Log> as Log, 1_048_576).run()
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
