import shared from '@eventstore/db-client/generated/shared_pb.js'
import streams from '@eventstore/db-client/generated/streams_pb.js'
import type { Position } from './position.ts'

type Limited = {
  readonly backwards?: boolean
  /** Everything, where it is left out. */
  readonly limit?: number | undefined
}

export type ReadOfStream = Limited & {
  readonly stream: string
  readonly from: bigint | 'end'
  readonly resolveLinks?: boolean
}
export type ReadOfAll = Limited & { readonly from: Position | 'start' | 'end' }
export type Subscription = {
  readonly after: Position | 'start'
  readonly streamPrefixes: readonly string[]
  readonly windowsBetweenCheckpoints: number
}

const { Options } = streams.ReadReq
const [forwards, backwards] = [0, 1] as const

export const readOfStream = ({ stream, from, resolveLinks = false, ...limited }: ReadOfStream): streams.ReadReq => {
  const of = new Options.StreamOptions().setStreamIdentifier(
    new shared.StreamIdentifier().setStreamName(Buffer.from(stream)),
  )
  if (from === 'end') of.setEnd(new shared.Empty())
  else of.setRevision(String(from))
  return requestOf(
    limit(new Options().setStream(of).setResolveLinks(resolveLinks), limited).setNoFilter(new shared.Empty()),
  )
}

export const readOfAll = ({ from, ...limited }: ReadOfAll): streams.ReadReq =>
  requestOf(limit(new Options().setAll(allFrom(from)), limited).setNoFilter(new shared.Empty()))

export const subscription = ({ after, streamPrefixes, windowsBetweenCheckpoints }: Subscription): streams.ReadReq =>
  requestOf(
    new Options()
      .setAll(allFrom(after))
      .setSubscription(new Options.SubscriptionOptions())
      .setFilter(
        new Options.FilterOptions()
          .setStreamIdentifier(new Options.FilterOptions.Expression().setPrefixList([...streamPrefixes]))
          .setCount(new shared.Empty())
          .setCheckpointintervalmultiplier(windowsBetweenCheckpoints),
      ),
  )

const requestOf = (options: streams.ReadReq.Options): streams.ReadReq =>
  new streams.ReadReq().setOptions(options.setUuidOption(new Options.UUIDOption().setString(new shared.Empty())))

const limit = (
  options: streams.ReadReq.Options,
  { backwards: isBackwards = false, limit = Number.MAX_SAFE_INTEGER }: Limited,
): streams.ReadReq.Options => options.setReadDirection(isBackwards ? backwards : forwards).setCount(String(limit))

const allFrom = (from: Position | 'start' | 'end'): streams.ReadReq.Options.AllOptions => {
  const of = new Options.AllOptions()
  if (from === 'start') return of.setStart(new shared.Empty())
  if (from === 'end') return of.setEnd(new shared.Empty())
  return of.setPosition(
    new Options.Position().setCommitPosition(String(from.commit)).setPreparePosition(String(from.prepare)),
  )
}
