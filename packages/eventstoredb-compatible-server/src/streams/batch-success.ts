import type shared from '@eventstore/db-client/generated/shared_pb.js'
import { delimitedLength, varint64Length, writeDelimiter, writeTextField, writeVarintField } from '../grpc/wire.ts'
import { batchAnswer, batchSuccess } from './batch-append-answers.ts'

const CORRELATION_ID = 1
const SUCCESS = 3
const STREAM_IDENTIFIER = 4

const UUID_STRING = 2
const STREAM_NAME = 3
const CURRENT_REVISION = 1
const POSITION = 3
const COMMIT = 1
const PREPARE = 2

/** The answer to an append that was written, or was a repetition. */
export const encodeBatchSuccess = (
  correlationId: shared.UUID,
  stream: string,
  revision: bigint,
  position: bigint | undefined,
): Buffer =>
  revision < 0n || position === undefined || correlationId.hasStructured()
    ? Buffer.from(batchAnswer(correlationId, stream).setSuccess(batchSuccess(revision, position)).serializeBinary())
    : encodeUsual(correlationId.getString(), stream, revision, position)

/** Straight to bytes: it is the one answer of which there are very many. */
const encodeUsual = (correlationId: string, stream: string, revision: bigint, position: bigint): Buffer => {
  const idLength = Buffer.byteLength(correlationId)
  const nameLength = Buffer.byteLength(stream)
  const positionLength = 2 * (1 + varint64Length(position))
  const uuidLength = delimitedLength(idLength)
  const successLength = 1 + varint64Length(revision) + delimitedLength(positionLength)
  const identifierLength = delimitedLength(nameLength)
  const answer = Buffer.allocUnsafe(
    delimitedLength(uuidLength) + delimitedLength(successLength) + delimitedLength(identifierLength),
  )
  let at = writeDelimiter(answer, 0, CORRELATION_ID, uuidLength)
  at = writeTextField(answer, at, UUID_STRING, correlationId, idLength)
  at = writeDelimiter(answer, at, SUCCESS, successLength)
  at = writeVarintField(answer, at, CURRENT_REVISION, revision)
  at = writeDelimiter(answer, at, POSITION, positionLength)
  at = writeVarintField(answer, at, COMMIT, position)
  at = writeVarintField(answer, at, PREPARE, position)
  at = writeDelimiter(answer, at, STREAM_IDENTIFIER, identifierLength)
  writeTextField(answer, at, STREAM_NAME, stream, nameLength)
  return answer
}
