import streams from '@eventstore/db-client/generated/streams_pb.js'
import shared from '@eventstore/db-client/generated/shared_pb.js'
import {
  accessDenied,
  handlerFailed,
  invalidArgument,
  maximumAppendSizeExceeded,
  streamDeleted,
} from '../grpc/errors.ts'
import { streamNameOf } from '../grpc/stream-identifier.ts'
import type { AppendResult, ExpectedRevision, Log, ProposedRecord } from '../log/types.ts'
import { inTime } from '../log/write-timeout.ts'
import { appendSizeOf, type AppendLimits } from './append-size.ts'
import { readProposedRecord, RefusedEvent } from './proposed-record.ts'
import { refusalOfStream } from './writable-stream.ts'

/** Streams.Append: the options first, then one message an event, then the end of the requests. */
export const appendHandler =
  (log: Log, { maxAppendSize, writeTimeout }: AppendLimits) =>
  async (requests: AsyncIterable<streams.AppendReq>): Promise<streams.AppendResp> => {
    let target: { stream: string; expected: ExpectedRevision } | undefined
    const records: ProposedRecord[] = []
    let size = 0
    for await (const request of requests) {
      const message = request.getProposedMessage()
      if (target === undefined) {
        target = readOptions(request.getOptions())
      } else if (message === undefined) {
        throw handlerFailed('Only events may follow the options.')
      } else {
        const record = readRecord(message)
        size += appendSizeOf(record)
        if (size > maxAppendSize) throw maximumAppendSizeExceeded(maxAppendSize)
        records.push(record)
      }
    }
    if (target === undefined) throw handlerFailed('The call was empty.')
    return respond(await inTime(log.append(target.stream, target.expected, records), writeTimeout), target)
  }

const readOptions = (
  options: streams.AppendReq.Options | undefined,
): { stream: string; expected: ExpectedRevision } => {
  const stream = streamNameOf(options?.getStreamIdentifier())
  if (options === undefined || stream === undefined)
    throw handlerFailed('The first message must hold the options, with a stream.')
  const refusal = refusalOfStream(stream)
  if (refusal === 'access_denied') throw accessDenied()
  if (refusal === 'bad_name') throw handlerFailed('Bad stream name.')
  return { stream, expected: readExpected(options) }
}

const readExpected = (options: streams.AppendReq.Options): ExpectedRevision => {
  if (options.hasRevision()) return BigInt(options.getRevision())
  if (options.hasNoStream()) return 'no_stream'
  if (options.hasAny()) return 'any'
  if (options.hasStreamExists()) return 'stream_exists'
  throw invalidArgument(
    "'None' is not a valid EventStore.Client.Streams.AppendReq+Types+Options+ExpectedStreamRevisionOneofCase",
  )
}

const readRecord = (message: streams.AppendReq.ProposedMessage): ProposedRecord => {
  try {
    return readProposedRecord(message)
  } catch (error) {
    throw error instanceof RefusedEvent ? handlerFailed(error.message) : error
  }
}

/** A wrong version is no error of the call here, but one of the two answers. */
const respond = (
  result: AppendResult,
  { stream, expected }: { stream: string; expected: ExpectedRevision },
): streams.AppendResp => {
  switch (result.kind) {
    case 'stream_deleted':
      throw streamDeleted(stream)
    case 'wrong_expected_version':
      return new streams.AppendResp().setWrongExpectedVersion(wrongVersion(result.current, expected))
    case 'appended':
      return new streams.AppendResp().setSuccess(success(result.revision, result.position))
  }
}

const success = (revision: bigint, position: bigint | undefined): streams.AppendResp.Success => {
  const answer = new streams.AppendResp.Success()
  if (revision < 0n) answer.setNoStream(new shared.Empty())
  else answer.setCurrentRevision(String(revision))
  if (position === undefined) return answer.setNoPosition(new shared.Empty())
  return answer.setPosition(
    new streams.AppendResp.Position().setCommitPosition(String(position)).setPreparePosition(String(position)),
  )
}

const wrongVersion = (
  current: bigint | 'no_stream',
  expected: ExpectedRevision,
): streams.AppendResp.WrongExpectedVersion => {
  const answer = new streams.AppendResp.WrongExpectedVersion()
  if (current === 'no_stream') answer.setCurrentNoStream(new shared.Empty())
  else answer.setCurrentRevision(String(current))
  switch (expected) {
    case 'any':
      return answer.setExpectedAny(new shared.Empty())
    case 'no_stream':
      return answer.setExpectedNoStream(new shared.Empty())
    case 'stream_exists':
      return answer.setExpectedStreamExists(new shared.Empty())
    default:
      return answer.setExpectedRevision(String(expected))
  }
}
