import shared from '@eventstore/db-client/generated/shared_pb.js'
import streams from '@eventstore/db-client/generated/streams_pb.js'
import { accessDenied, handlerFailed, invalidArgument, streamDeleted, wrongExpectedVersion } from '../grpc/errors.ts'
import { streamNameOf } from '../grpc/stream-identifier.ts'
import type { AppendResult, ExpectedRevision, Log } from '../log/types.ts'
import { inTime } from '../log/write-timeout.ts'
import { refusalOfStream } from './writable-stream.ts'

/** Streams.Delete: the soft delete. */
export const deleteHandler =
  (log: Log, writeTimeout: number) =>
  async (request: streams.DeleteReq): Promise<streams.DeleteResp> => {
    const { stream, expected } = readTarget(request.getOptions())
    const position = positionOf(
      'Delete',
      stream,
      expected,
      await inTime(log.softDelete(stream, expected), writeTimeout),
    )
    if (position === undefined) return new streams.DeleteResp().setNoPosition(new shared.Empty())
    return new streams.DeleteResp().setPosition(
      new streams.DeleteResp.Position().setCommitPosition(position).setPreparePosition(position),
    )
  }

/** Streams.Tombstone: the delete for ever. */
export const tombstoneHandler =
  (log: Log, writeTimeout: number) =>
  async (request: streams.TombstoneReq): Promise<streams.TombstoneResp> => {
    const { stream, expected } = readTarget(request.getOptions())
    const position = positionOf(
      'Tombstone',
      stream,
      expected,
      await inTime(log.tombstone(stream, expected), writeTimeout),
    )
    if (position === undefined) return new streams.TombstoneResp().setNoPosition(new shared.Empty())
    return new streams.TombstoneResp().setPosition(
      new streams.TombstoneResp.Position().setCommitPosition(position).setPreparePosition(position),
    )
  }

type Options = Pick<
  streams.DeleteReq.Options,
  'getStreamIdentifier' | 'hasRevision' | 'getRevision' | 'hasNoStream' | 'hasAny' | 'hasStreamExists'
>

const readTarget = (options: Options | undefined): { stream: string; expected: ExpectedRevision } => {
  const stream = streamNameOf(options?.getStreamIdentifier())
  if (options === undefined || stream === undefined) throw handlerFailed('A stream must be named.')
  const refusal = refusalOfStream(stream)
  if (refusal === 'access_denied') throw accessDenied()
  if (refusal === 'bad_name') throw handlerFailed('Bad stream name.')
  if (options.hasRevision()) return { stream, expected: BigInt(options.getRevision()) }
  if (options.hasNoStream()) return { stream, expected: 'no_stream' }
  if (options.hasAny()) return { stream, expected: 'any' }
  if (options.hasStreamExists()) return { stream, expected: 'stream_exists' }
  throw invalidArgument('An expected revision must be given.')
}

const positionOf = (
  operation: string,
  stream: string,
  expected: ExpectedRevision,
  result: AppendResult,
): string | undefined => {
  switch (result.kind) {
    case 'appended':
      return result.position === undefined ? undefined : String(result.position)
    case 'stream_deleted':
      throw streamDeleted(stream)
    case 'wrong_expected_version':
      throw wrongExpectedVersion(
        operation,
        stream,
        asNumber(expected),
        result.current === 'no_stream' ? -1n : result.current,
      )
  }
}

const asNumber = (expected: ExpectedRevision): bigint => {
  switch (expected) {
    case 'no_stream':
      return -1n
    case 'any':
      return -2n
    case 'stream_exists':
      return -4n
    default:
      return expected
  }
}
