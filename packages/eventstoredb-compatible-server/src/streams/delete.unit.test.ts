import shared from '@eventstore/db-client/generated/shared_pb.js'
import streams from '@eventstore/db-client/generated/streams_pb.js'
import { expect } from 'chai'
import type { AppendResult, Log } from '../log/types.ts'
import { WriteTimedOut } from '../log/write-timeout.ts'
import { errorOf } from '../testing/until.ts'
import { deleteHandler, tombstoneHandler } from './delete.ts'

describe('a delete that is not on disk in time (2.3)', () => {
  const never = new Promise<AppendResult>(() => undefined)
  const some: Partial<Log> = { softDelete: () => never, tombstone: () => never }
  // They look for nothing else in it.
  const log = some as Log
  const stream = new shared.StreamIdentifier().setStreamName(Buffer.from('s'))

  it('times out, soft or for ever', async () => {
    const soft = new streams.DeleteReq().setOptions(
      new streams.DeleteReq.Options().setStreamIdentifier(stream).setAny(new shared.Empty()),
    )
    const hard = new streams.TombstoneReq().setOptions(
      new streams.TombstoneReq.Options().setStreamIdentifier(stream).setAny(new shared.Empty()),
    )
    expect(await errorOf(deleteHandler(log, 1)(soft))).to.be.instanceOf(WriteTimedOut)
    expect(await errorOf(tombstoneHandler(log, 1)(hard))).to.be.instanceOf(WriteTimedOut)
  })
})
