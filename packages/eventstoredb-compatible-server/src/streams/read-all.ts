import { setImmediate as nextTurn } from 'node:timers/promises'
import { unexpectedReadResult } from '../grpc/errors.ts'
import type { ResponseStream } from '../grpc/response-stream.ts'
import type { Log } from '../log/types.ts'
import type { ReadRequest } from './read-request.ts'
import { eventEncoder } from './read-responses.ts'

const PAGE = 100

/** Reads `$all`: forwards from a position on, backwards before it. With a filter, `count` counts the events that pass. */
export const readAll = async (
  log: Log,
  request: Extract<ReadRequest, { kind: 'all' }>,
  responses: ResponseStream<Buffer>,
): Promise<void> => {
  const encode = eventEncoder(log, request)
  const passes = request.filter?.passes
  let remaining = request.count
  let from = firstPosition(log, request)
  while (from !== undefined && remaining > 0n) {
    const page = log.readAll(
      from,
      request.direction,
      passes === undefined && remaining < PAGE ? Number(remaining) : PAGE,
    )
    for (const record of page.records) {
      if (remaining === 0n || (passes !== undefined && !passes(record))) continue
      await responses.send(encode(record, 'page'))
      remaining -= 1n
    }
    from = page.next
    // A page of events that don't pass lets nobody wait: others come first.
    if (passes !== undefined) await nextTurn()
    await responses.room()
  }
}

/** Undefined when there is nothing that way. Throws where a read can't begin. */
const firstPosition = (
  log: Log,
  { from, direction }: Extract<ReadRequest, { kind: 'all' }>,
): bigint | 'end' | undefined => {
  if (from === 'start') return direction === 'forwards' ? 0n : undefined
  if (from === 'end') return direction === 'forwards' ? undefined : 'end'
  const place = log.placeOf(from.commit)
  if (place === 'inside_record') throw unexpectedReadResult('Unexpected ReadAllResult: InvalidPosition')
  if (place === 'beyond_end' && direction === 'backwards') throw unexpectedReadResult('Unexpected ReadAllResult: Error')
  return from.commit
}
