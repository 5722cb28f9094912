import { invalidArgument, type RpcError } from '../grpc/errors.ts'
import { isLeftOutOfAll } from '../log/system-streams.ts'
import type { Log, StoredRecord } from '../log/types.ts'
import { CheckpointCounter } from './checkpoints.ts'
import type { AllPosition, ReadRequest } from './read-request.ts'
import { checkpoint, eventEncoder } from './read-responses.ts'
import type { SubscriptionSource } from './subscription.ts'

const PAGE = 32

/** The most records looked at in one turn, however large a window the client asks for. */
const LARGEST_PAGE = 1_000

/** To be asked when the client has its confirmation: a subscription can't begin inside of a record. */
export const refusalOfStart = (log: Log, { after }: Extract<ReadRequest, { kind: 'subscribe_to_all' }>): RpcError | undefined =>
  typeof after === 'object' && log.placeOf(after.commit) === 'inside_record'
    ? invalidArgument('Trying to read from an invalid position.')
    : undefined

/** A subscription to `$all`, strictly after a position; with a filter it also gets checkpoints. */
export const allSource = (log: Log, request: Extract<ReadRequest, { kind: 'subscribe_to_all' }>): SubscriptionSource => {
  const encode = eventEncoder(log, request)
  const { filter } = request
  const counter = filter && new CheckpointCounter(filter.window, filter.checkpointInterval)
  let from = firstPosition(log, request.after)
  const passes = (record: StoredRecord): boolean => filter === undefined || filter.passes(record)
  const messages = (position: AllPosition | undefined): readonly Buffer[] => (position === undefined ? [] : [checkpoint(position)])
  return {
    nextPage: () => {
      const start = from
      const page = log.readAll(start, 'forwards', Math.min(counter?.leftInWindow ?? PAGE, LARGEST_PAGE))
      const reached = page.records.at(-1)
      if (reached === undefined && page.next === undefined) return undefined
      from = page.next ?? (reached?.position ?? start) + 1n
      const passing = page.records.filter(passes)
      // Told as a checkpoint, a place must be a record's; the start of all is as good.
      const began = start === 0n ? start : (page.records[0]?.position ?? start)
      const answers = passing.map((record) => encode(record, 'page'))
      return [...answers, ...messages(counter?.afterPage(began, page.records.length, passing.at(-1)?.position))]
    },
    endOfHistory: () => messages(counter?.endOfHistory()),
    live: (record) => {
      if (record.position < from || isLeftOutOfAll(record.stream)) return []
      from = record.position + 1n
      const sent = passes(record)
      const due = messages(counter?.live(record.position, sent))
      return sent ? [encode(record, 'live'), ...due] : due
    },
    ended: () => undefined,
  }
}

/** Filter checkpoints come as {commit, 0}: they stand before the event at that position, which is given out again. */
const firstPosition = (log: Log, after: AllPosition | 'start' | 'end'): bigint => {
  if (after === 'start') return 0n
  if (after === 'end') return log.head() + 1n
  return after.prepare < after.commit ? after.commit : after.commit + 1n
}
