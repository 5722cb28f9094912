import { streamDeleted } from '../grpc/errors.ts'
import type { ResponseStream } from '../grpc/response-stream.ts'
import type { Log } from '../log/types.ts'
import type { ReadRequest } from './read-request.ts'
import { eventEncoder, streamNotFound } from './read-responses.ts'

const PAGE = 100

/**
 * Reads a stream page by page, as fast as the client takes it. A stream that never was, or is soft-deleted, is a message of its own; a
 * tombstoned one is an error; one whose events are all truncated is just empty.
 */
export const readStream = async (
  log: Log,
  request: Extract<ReadRequest, { kind: 'stream' }>,
  responses: ResponseStream<Buffer>,
): Promise<void> => {
  const encode = eventEncoder(log, request)
  let remaining = request.count
  let from: bigint | 'end' | undefined = request.from
  while (from !== undefined) {
    const page = log.readStream(request.stream, from, request.direction, remaining < PAGE ? Number(remaining) : PAGE)
    if (page.state === 'tombstoned') throw streamDeleted(request.stream)
    if (page.state !== 'exists') return responses.send(streamNotFound(request.stream))
    for (const record of page.records) await responses.send(encode(record, 'page'))
    remaining -= BigInt(page.records.length)
    from = remaining > 0n ? page.next : undefined
  }
}
