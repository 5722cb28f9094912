import { randomUUID } from 'node:crypto'
import shared from '@eventstore/db-client/generated/shared_pb.js'
import streams from '@eventstore/db-client/generated/streams_pb.js'
import { encodePersistentReadEvent, encodeReadEvent } from '../src/grpc/recorded-event.ts'
import { benchData, benchMetadata, benchType } from './events.ts'

const record = {
  position: 123_456_789n,
  stream: `order-${randomUUID()}`,
  revision: 5n,
  id: randomUUID(),
  type: benchType,
  isJson: true,
  created: 17_800_000_000_000_000n,
  data: Buffer.from(JSON.stringify(benchData)),
  metadata: Buffer.from(JSON.stringify(benchMetadata)),
}

/** An event of the size of those that the server under test has stored, as both kinds of read answer it. */
export const readEvent = encodeReadEvent({ event: record }, 'string')
export const persistentEvent = encodePersistentReadEvent({ event: record }, 0, 'string')

export const confirmation = Buffer.from(
  new streams.ReadResp()
    .setConfirmation(new streams.ReadResp.SubscriptionConfirmation().setSubscriptionId(randomUUID()))
    .serializeBinary(),
)

const answered = Buffer.from(
  new streams.BatchAppendResp()
    .setCorrelationId(new shared.UUID().setString('0'.repeat(36)))
    .setStreamIdentifier(new shared.StreamIdentifier().setStreamName(Buffer.from(record.stream)))
    .setSuccess(
      new streams.BatchAppendResp.Success()
        .setCurrentRevision('5')
        .setPosition(new shared.AllStreamPosition().setCommitPosition('123456789').setPreparePosition('123456789')),
    )
    .serializeBinary(),
)
const idAt = answered.indexOf('0'.repeat(36))

/** The answer to an append; all that is not prepared of it is the id that the client matches it by. */
export const appended = (correlationId: string): Buffer => {
  const answer = Buffer.from(answered)
  answer.write(correlationId, idAt, 36, 'latin1')
  return answer
}
