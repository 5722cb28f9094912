import persistent from '@eventstore/db-client/generated/persistent_pb.js'
import shared from '@eventstore/db-client/generated/shared_pb.js'
import { unary, type CallResult } from './call-result.ts'
import { identifier } from './raw-append.ts'
import type { Server } from './server.ts'

const { CreateReq } = persistent

type RawGroup = {
  readonly stream: string
  readonly group: string
  readonly from?: 'start' | 'end' | bigint
  /** The newer field for the strategy, which the client leaves empty. */
  readonly strategy?: string
}

/** Creates a group in the newer shape of the request, which the client does not use for streams. */
export const createGroup = (
  { groups: stub }: Server,
  { stream, group, from = 'start', strategy = '' }: RawGroup,
): Promise<CallResult<persistent.CreateResp>> => {
  const place = new CreateReq.StreamOptions().setStreamIdentifier(identifier(stream))
  if (from === 'start') place.setStart(new shared.Empty())
  else if (from === 'end') place.setEnd(new shared.Empty())
  else place.setRevision(String(from))
  const settings = new CreateReq.Settings()
    .setMaxRetryCount(10)
    .setMinCheckpointCount(10)
    .setMaxCheckpointCount(1_000)
    .setLiveBufferSize(500)
    .setReadBatchSize(20)
    .setHistoryBufferSize(500)
    .setMessageTimeoutMs(30_000)
    .setCheckpointAfterMs(2_000)
    .setConsumerStrategy(strategy)
  const request = new CreateReq().setOptions(
    new CreateReq.Options().setStream(place).setGroupName(group).setSettings(settings),
  )
  return unary((done) => stub.create(request, done))
}
