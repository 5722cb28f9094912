import type { ServiceError } from '@grpc/grpc-js'
import shared from '@eventstore/db-client/generated/shared_pb.js'
import streams from '@eventstore/db-client/generated/streams_pb.js'
import { failed, toEnd, type CallResult } from './call-result.ts'
import { identifier } from './raw-append.ts'
import type { Server } from './server.ts'

const { ReadReq } = streams

export type RawRead = {
  /** `$all` when left out. */
  readonly stream?: string
  readonly from?: 'start' | 'end' | bigint | { readonly commit: bigint; readonly prepare: bigint }
  /** A subscription when left out. */
  readonly count?: bigint
  readonly backwards?: boolean
  readonly resolveLinks?: boolean
  readonly ids?: 'string' | 'structured' | 'none'
  readonly compatibility?: number
  readonly filter?: {
    readonly on: 'stream' | 'type'
    readonly regex?: string
    readonly prefixes?: readonly string[]
    readonly max?: number
    readonly multiplier?: number
  }
}

export const readRequest = (read: RawRead): streams.ReadReq => {
  const options = new ReadReq.Options()
  const { from = 'start' } = read
  if (read.stream === undefined) {
    const place = new ReadReq.Options.AllOptions()
    if (from === 'end') place.setEnd(new shared.Empty())
    else if (typeof from === 'object') {
      place.setPosition(
        new ReadReq.Options.Position().setCommitPosition(String(from.commit)).setPreparePosition(String(from.prepare)),
      )
    } else place.setStart(new shared.Empty())
    options.setAll(place)
  } else {
    const place = new ReadReq.Options.StreamOptions().setStreamIdentifier(identifier(read.stream))
    if (from === 'end') place.setEnd(new shared.Empty())
    else if (typeof from === 'bigint') place.setRevision(String(from))
    else place.setStart(new shared.Empty())
    options.setStream(place)
  }
  if (read.count === undefined) options.setSubscription(new ReadReq.Options.SubscriptionOptions())
  else options.setCount(String(read.count))
  options.setReadDirection(ReadReq.Options.ReadDirection[read.backwards === true ? 'BACKWARDS' : 'FORWARDS'])
  options.setResolveLinks(read.resolveLinks === true)
  if (read.filter === undefined) options.setNoFilter(new shared.Empty())
  else options.setFilter(filterOptions(read.filter))
  if (read.ids !== 'none') {
    const ids = new ReadReq.Options.UUIDOption()
    options.setUuidOption(
      read.ids === 'structured' ? ids.setStructured(new shared.Empty()) : ids.setString(new shared.Empty()),
    )
  }
  if (read.compatibility !== undefined)
    options.setControlOption(new ReadReq.Options.ControlOption().setCompatibility(read.compatibility))
  return new ReadReq().setOptions(options)
}

const filterOptions = ({ on, regex = '', prefixes = [], max, multiplier = 1 }: NonNullable<RawRead['filter']>) => {
  const expression = new ReadReq.Options.FilterOptions.Expression().setRegex(regex).setPrefixList([...prefixes])
  const filter = new ReadReq.Options.FilterOptions().setCheckpointintervalmultiplier(multiplier)
  if (max === undefined) filter.setCount(new shared.Empty())
  else filter.setMax(max)
  return on === 'stream' ? filter.setStreamIdentifier(expression) : filter.setEventType(expression)
}

export const rawRead = (server: Server, read: RawRead): Promise<CallResult<streams.ReadResp>> =>
  toEnd(server.streams.read(readRequest(read)))

/** A raw subscription: what it says, shortened, in order. */
export const rawSubscribe = (server: Server, read: RawRead) => {
  const call = server.streams.read(readRequest(read))
  const messages: streams.ReadResp[] = []
  const following = {
    messages,
    result: undefined as CallResult<streams.ReadResp> | undefined,
    get said() {
      return messages.map(sayRead)
    },
  }
  call
    .on('data', (message: streams.ReadResp) => messages.push(message))
    .on('error', (error: ServiceError) => (following.result = failed(error, messages)))
  server.after(async () => call.cancel())
  return following
}

/** `confirmation`, `caught up`, `checkpoint 12/0`, `not found`, or `stream/revision` of the event. */
export const sayRead = (message: streams.ReadResp): string => {
  if (message.hasConfirmation()) return 'confirmation'
  if (message.hasCaughtUp()) return 'caught up'
  if (message.hasFellBehind()) return 'fell behind'
  if (message.hasStreamNotFound()) return 'not found'
  if (message.hasFirstStreamPosition()) return `first ${message.getFirstStreamPosition()}`
  if (message.hasLastStreamPosition()) return `last ${message.getLastStreamPosition()}`
  const checkpoint = message.getCheckpoint()
  if (checkpoint !== undefined) return `checkpoint ${checkpoint.getCommitPosition()}/${checkpoint.getPreparePosition()}`
  const event = message.getEvent()?.getEvent() ?? message.getEvent()?.getLink()
  return `${Buffer.from(event?.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString()}/${event?.getStreamRevision() ?? '?'}`
}
