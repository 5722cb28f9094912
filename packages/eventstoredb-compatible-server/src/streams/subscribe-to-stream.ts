import { streamDeleted } from '../grpc/errors.ts'
import type { Log } from '../log/types.ts'
import type { ReadRequest } from './read-request.ts'
import { eventEncoder } from './read-responses.ts'
import type { SubscriptionSource } from './subscription.ts'

const PAGE = 32
const NOTHING_YET = -1n

/**
 * A subscription to one stream. A stream that does not exist, or is soft-deleted, is waited for. A tombstone ends the subscription: in
 * history at once, live after its event.
 */
export const streamSource = (
  log: Log,
  request: Extract<ReadRequest, { kind: 'subscribe_to_stream' }>,
): SubscriptionSource => {
  const { stream } = request
  const encode = eventEncoder(log, request)
  let last =
    request.after === 'start'
      ? NOTHING_YET
      : request.after === 'end'
        ? (log.lastRevision(stream) ?? NOTHING_YET)
        : request.after
  let tombstoned = false
  return {
    nextPage: () => {
      for (let from: bigint | undefined = last + 1n; from !== undefined;) {
        const page = log.readStream(stream, from, 'forwards', PAGE)
        if (page.state === 'tombstoned') throw streamDeleted(stream)
        const reached = page.records.at(-1)
        if (reached !== undefined) {
          last = reached.revision
          return page.records.map((record) => encode(record, 'page'))
        }
        from = page.next
      }
      return undefined
    },
    endOfHistory: () => [],
    live: (record) => {
      if (record.stream !== stream || record.revision <= last) return []
      last = record.revision
      tombstoned = log.streamState(stream) === 'tombstoned'
      return [encode(record, 'live')]
    },
    ended: () => (tombstoned ? streamDeleted(stream) : undefined),
  }
}
