import streams from '@eventstore/db-client/generated/streams_pb.js'
import { handlerFailed, invalidArgument, type RpcError } from '../grpc/errors.ts'
import { compileFilter, readFilter } from '../grpc/filter.ts'
import type { IdFormat } from '../grpc/recorded-event.ts'
import { streamNameOf } from '../grpc/stream-identifier.ts'
import type { StoredRecord } from '../log/types.ts'

/** A place in `$all` as requests spell it; `prepare` is never above `commit`. */
export type AllPosition = { readonly commit: bigint; readonly prepare: bigint }

export type AllFilter = {
  readonly passes: (record: StoredRecord) => boolean
  /** How many events are looked at before the server may stop to say how far it has come. */
  readonly window: number
  /** How many events are looked at from one checkpoint to the next; 0 for as few as can be. */
  readonly checkpointInterval: number
}

type Shared = { readonly resolveLinks: boolean; readonly ids: IdFormat }
type Direction = 'forwards' | 'backwards'

/** One method serves all reads; these are the combinations that mean something. */
export type ReadRequest = Shared &
  (
    | {
        readonly kind: 'stream'
        readonly stream: string
        readonly from: bigint | 'end'
        readonly direction: Direction
        readonly count: bigint
      }
    | {
        readonly kind: 'all'
        readonly from: AllPosition | 'start' | 'end'
        readonly direction: Direction
        readonly count: bigint
        readonly filter: AllFilter | undefined
      }
    | { readonly kind: 'subscribe_to_stream'; readonly stream: string; readonly after: bigint | 'start' | 'end' }
    | {
        readonly kind: 'subscribe_to_all'
        readonly after: AllPosition | 'start' | 'end'
        readonly filter: AllFilter | undefined
      }
  )

const { FORWARDS, BACKWARDS } = streams.ReadReq.Options.ReadDirection

export const parseReadRequest = (request: streams.ReadReq): ReadRequest => {
  const options = request.getOptions()
  if (options === undefined) throw handlerFailed('A read needs options.')
  const ids = idFormatOf(options.getUuidOption())
  const common = { resolveLinks: options.getResolveLinks(), ids }
  const direction = directionOf(options)
  const stream = options.getStream()
  const all = options.getAll()
  const filter = options.getFilter()
  // Whether there is a filter has to be said, too.
  if (direction === undefined || (filter === undefined && !options.hasNoFilter())) throw invalidCombination(options)
  if (options.hasSubscription() && direction === 'forwards') {
    if (stream !== undefined && filter === undefined)
      return { ...common, kind: 'subscribe_to_stream', ...streamStart(stream) }
    if (all !== undefined)
      return { ...common, kind: 'subscribe_to_all', after: allStart(all), filter: filter && parseFilter(filter) }
  }
  if (options.hasCount()) {
    const count = BigInt(options.getCount())
    if (stream !== undefined && filter === undefined) {
      const { stream: name, after } = streamStart(stream)
      return { ...common, kind: 'stream', stream: name, from: after === 'start' ? 0n : after, direction, count }
    }
    if (all !== undefined)
      return { ...common, kind: 'all', from: allStart(all), direction, count, filter: filter && parseFilter(filter) }
  }
  throw invalidCombination(options)
}

const directionOf = (options: streams.ReadReq.Options): Direction | undefined => {
  const direction = options.getReadDirection()
  return direction === FORWARDS ? 'forwards' : direction === BACKWARDS ? 'backwards' : undefined
}

const idFormatOf = (option: streams.ReadReq.Options.UUIDOption | undefined): IdFormat => {
  if (option?.hasString() === true) return 'string'
  if (option?.hasStructured() === true) return 'structured'
  throw handlerFailed('A read must say how it wants ids.')
}

const streamStart = (
  options: streams.ReadReq.Options.StreamOptions,
): { stream: string; after: bigint | 'start' | 'end' } => {
  const stream = streamNameOf(options.getStreamIdentifier())
  if (stream === undefined || stream === '') throw handlerFailed('Bad stream name.')
  // The revision has a default even when the start is asked for, so the case that is set decides.
  const after = options.hasEnd() ? 'end' : options.hasRevision() ? BigInt(options.getRevision()) : 'start'
  return { stream, after }
}

const allStart = (options: streams.ReadReq.Options.AllOptions): AllPosition | 'start' | 'end' => {
  const position = options.getPosition()
  if (options.hasEnd()) return 'end'
  if (position === undefined) return 'start'
  const commit = BigInt(position.getCommitPosition())
  const prepare = BigInt(position.getPreparePosition())
  if (prepare > commit) throw handlerFailed('The prepare position may not be above the commit position.')
  return { commit, prepare }
}

const DEFAULT_WINDOW = 32

const parseFilter = (options: streams.ReadReq.Options.FilterOptions): AllFilter => {
  const window = options.hasMax() ? options.getMax() : DEFAULT_WINDOW
  // Of the real server nobody hears again then.
  if (window === 0) throw handlerFailed('The search window must be positive.')
  return {
    passes: compileFilter(readFilter(options)),
    window,
    checkpointInterval: options.getCheckpointintervalmultiplier() * window,
  }
}

const invalidCombination = (options: streams.ReadReq.Options): RpcError => {
  const parts = [
    options.hasStream() ? 'Stream' : options.hasAll() ? 'All' : 'None',
    options.hasCount() ? 'Count' : options.hasSubscription() ? 'Subscription' : 'None',
    { forwards: 'Forwards', backwards: 'Backwards', none: 'None' }[directionOf(options) ?? 'none'],
    options.hasFilter() ? 'Filter' : options.hasNoFilter() ? 'NoFilter' : 'None',
  ]
  return invalidArgument(`The combination of ${parts.join(', ')} is invalid.`)
}
