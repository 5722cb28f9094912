import { invalidArgument, type RpcError } from '../grpc/errors.ts'
import { EPOCH_STREAM, isLeftOutOfAll } from '../log/system-streams.ts'
import type { Log, StoredRecord } from '../log/types.ts'
import { CheckpointCounter } from './checkpoints.ts'
import type { AllFilter, AllPosition, ReadRequest } from './read-request.ts'
import { checkpoint, eventEncoder } from './read-responses.ts'
import type { SubscriptionSource } from './subscription.ts'

const PAGE = 32

/** The most records looked at in one turn, however large a window the client asks for. */
const LARGEST_PAGE = 1_000

/** To be asked when the client has its confirmation: a subscription can't begin inside of a record. */
export const refusalOfStart = (
  log: Log,
  { after }: Extract<ReadRequest, { kind: 'subscribe_to_all' }>,
): RpcError | undefined =>
  typeof after === 'object' && log.placeOf(after.commit) === 'inside_record'
    ? invalidArgument('Trying to read from an invalid position.')
    : undefined

/** A subscription to `$all`, strictly after a position; with a filter it also gets checkpoints. */
export const allSource = (
  log: Log,
  request: Extract<ReadRequest, { kind: 'subscribe_to_all' }>,
): SubscriptionSource => {
  const encode = eventEncoder(log, request)
  const { filter, after } = request
  const counter = filter && new CheckpointCounter(filter.window, filter.checkpointInterval, after)
  const first = firstPosition(log, after)
  // Who filters looks at the event at the start too, which is not given out again.
  let from = filter !== undefined && typeof after === 'object' ? after.commit : first
  const passes = (record: StoredRecord): boolean =>
    record.position >= first && !isLeftOutOfAll(record.stream) && (filter === undefined || filter.passes(record))
  const messages = (position: AllPosition | undefined): readonly Buffer[] =>
    position === undefined ? [] : [checkpoint(position)]
  return {
    nextPage: () => {
      const page =
        filter === undefined ? log.readAll(from, 'forwards', PAGE) : log.readEverything(from, pageFor(filter))
      const reached = page.records.at(-1)?.position
      if (page.next === undefined && (reached === undefined || reached < first)) return undefined
      from = page.next ?? (reached ?? from) + 1n
      return page.records.flatMap((record) => {
        if (isPassedOver(record)) return []
        const sent = passes(record)
        const due = messages(counter?.history(record.position, sent))
        return sent ? [encode(record, 'page'), ...due] : due
      })
    },
    endOfHistory: () => messages(counter?.endOfHistory()),
    live: (record) => {
      if (record.position < from || record.position < first || isLeftOutOfAll(record.stream)) return []
      from = record.position + 1n
      const sent = passes(record)
      const due = messages(counter?.live(record.position, sent))
      return sent ? [encode(record, 'live'), ...due] : due
    },
    ended: () => undefined,
  }
}

/** Of what `$all` leaves out a filter looks at the notes of starts. What it does about the streams of groups was not seen. */
const isPassedOver = ({ stream }: StoredRecord): boolean => stream !== EPOCH_STREAM && isLeftOutOfAll(stream)

/** As many as a window has, where that is neither little nor much. */
const pageFor = ({ window }: AllFilter): number => Math.min(Math.max(window, PAGE), LARGEST_PAGE)

/** Where a page of history begins is told as {commit, 0}: that is before the event at that position, which is given out then. */
const firstPosition = (log: Log, after: AllPosition | 'start' | 'end'): bigint => {
  if (after === 'start') return 0n
  if (after === 'end') return log.head() + 1n
  return after.prepare < after.commit ? after.commit : after.commit + 1n
}
