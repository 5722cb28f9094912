import empty from 'google-protobuf/google/protobuf/empty_pb.js'
import any from 'google-protobuf/google/protobuf/any_pb.js'
import code from '@eventstore/db-client/generated/code_pb.js'
import shared from '@eventstore/db-client/generated/shared_pb.js'
import status from '@eventstore/db-client/generated/status_pb.js'
import streams from '@eventstore/db-client/generated/streams_pb.js'
import { streamIdentifier } from '../grpc/stream-identifier.ts'
import type { AppendResult, ExpectedRevision } from '../log/types.ts'

/** How an append of the batch stream can end without being written. */
export type BatchRefusal =
  | { readonly kind: 'bad_request'; readonly reason: string }
  | { readonly kind: 'access_denied' }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'too_large'; readonly limit: number }
  | { readonly kind: 'failed'; readonly reason: string }

/** The answer to one correlation id. The client looks at the stream's name in every error, so it is always there. */
export const batchAnswer = (correlationId: shared.UUID, stream: string): streams.BatchAppendResp =>
  new streams.BatchAppendResp().setCorrelationId(correlationId).setStreamIdentifier(streamIdentifier(stream))

export const batchSuccess = (revision: bigint, position: bigint | undefined): streams.BatchAppendResp.Success => {
  const answer = new streams.BatchAppendResp.Success()
  if (revision < 0n) answer.setNoStream(new empty.Empty())
  else answer.setCurrentRevision(String(revision))
  if (position === undefined) return answer.setNoPosition(new empty.Empty())
  return answer.setPosition(
    new shared.AllStreamPosition().setCommitPosition(String(position)).setPreparePosition(String(position)),
  )
}

export const statusOfResult = (
  result: Exclude<AppendResult, { kind: 'appended' }>,
  stream: string,
  expected: ExpectedRevision,
): status.Status => {
  if (result.kind === 'stream_deleted') {
    return packed(
      code.Code.NOT_FOUND,
      'StreamDeleted',
      new shared.StreamDeleted().setStreamIdentifier(streamIdentifier(stream)),
    )
  }
  const details = new shared.WrongExpectedVersion()
  if (result.current === 'no_stream') details.setCurrentNoStream(new empty.Empty())
  else details.setCurrentStreamRevision(String(result.current))
  if (expected === 'any') details.setExpectedAny(new empty.Empty())
  else if (expected === 'no_stream') details.setExpectedNoStream(new empty.Empty())
  else if (expected === 'stream_exists') details.setExpectedStreamExists(new empty.Empty())
  else details.setExpectedStreamPosition(String(expected))
  return packed(code.Code.ALREADY_EXISTS, 'WrongExpectedVersion', details)
}

export const statusOfRefusal = (refusal: BatchRefusal): status.Status => {
  switch (refusal.kind) {
    case 'bad_request':
      return packed(
        code.Code.INVALID_ARGUMENT,
        'BadRequest',
        new shared.BadRequest().setMessage(refusal.reason),
        refusal.reason,
      )
    case 'access_denied':
      return packed(code.Code.PERMISSION_DENIED, 'AccessDenied', new shared.AccessDenied())
    case 'timeout':
      return packed(code.Code.DEADLINE_EXCEEDED, 'Timeout', new shared.Timeout())
    case 'too_large':
      return packed(
        code.Code.INVALID_ARGUMENT,
        'MaximumAppendSizeExceeded',
        new shared.MaximumAppendSizeExceeded().setMaxappendsize(refusal.limit),
      )
    case 'failed':
      return packed(code.Code.UNKNOWN, 'Unknown', new shared.Unknown(), refusal.reason)
  }
}

/** The client tells errors apart by the name of the packed message. */
const packed = (
  number: code.Code,
  name: string,
  details: { serializeBinary(): Uint8Array },
  message = name,
): status.Status => {
  const wrapped = new any.Any()
  wrapped.pack(details.serializeBinary(), `event_store.client.${name}`)
  return new status.Status().setCode(number).setMessage(message).setDetails(wrapped)
}
