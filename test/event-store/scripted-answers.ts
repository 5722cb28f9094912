import persistent from '@eventstore/db-client/generated/persistent_pb.js'
import shared from '@eventstore/db-client/generated/shared_pb.js'
import streams from '@eventstore/db-client/generated/streams_pb.js'

// Numbers are given as they go over the wire: unsigned where the protocol says so, whatever they mean.

/** −1, as it goes over the wire. */
export const minusOne = 2n ** 64n - 1n

export const confirmed = (): streams.ReadResp =>
  new streams.ReadResp().setConfirmation(new streams.ReadResp.SubscriptionConfirmation().setSubscriptionId('scripted'))

export const caughtUp = (): streams.ReadResp => new streams.ReadResp().setCaughtUp(new streams.ReadResp.CaughtUp())

export const checkpointAt = (commit: bigint, prepare = commit): streams.ReadResp =>
  new streams.ReadResp().setCheckpoint(
    new streams.ReadResp.Checkpoint().setCommitPosition(commit.toString()).setPreparePosition(prepare.toString()),
  )

export type Recorded = {
  readonly id?: string
  readonly stream?: string
  readonly type?: string
  readonly revision?: bigint
  readonly position?: bigint
  /** In ticks of 100 ns since 1970; whatever the server may write there. */
  readonly created?: string
  readonly contentType?: string
  readonly data?: string
  readonly metadata?: string
}

const defaultId = '6f2f8f0c-0f4e-4ad0-9d3b-0d1b7a3f5a01'
const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text))

const fill = <Event extends streams.ReadResp.ReadEvent.RecordedEvent | persistent.ReadResp.ReadEvent.RecordedEvent>(
  event: Event,
  recorded: Recorded,
): Event => {
  const {
    id = defaultId,
    stream = 'order-1',
    type = 'Happened',
    revision = 0n,
    position = 1n,
    created = '17000000000000000',
  } = recorded
  event
    .setId(new shared.UUID().setString(id))
    .setStreamIdentifier(new shared.StreamIdentifier().setStreamName(bytes(stream)))
    .setStreamRevision(revision.toString())
    .setCommitPosition(position.toString())
    .setPreparePosition(position.toString())
    .setData(bytes(recorded.data ?? '{}'))
    .setCustomMetadata(bytes(recorded.metadata ?? ''))
  event
    .getMetadataMap()
    .set('type', type)
    .set('content-type', recorded.contentType ?? 'application/json')
    .set('created', created)
  return event
}

/** As a read gives it; `link` where it was reached through one. */
export const eventRead = (recorded: Recorded, link?: Recorded): streams.ReadResp => {
  const { ReadEvent } = streams.ReadResp
  const event = new ReadEvent().setEvent(fill(new ReadEvent.RecordedEvent(), recorded))
  if (link !== undefined) event.setLink(fill(new ReadEvent.RecordedEvent(), link))
  return new streams.ReadResp().setEvent(event)
}

/** As a persistent subscription gives it. */
export const delivery = (
  recorded: Recorded | undefined,
  { link, retryCount = 0 }: { link?: Recorded; retryCount?: number } = {},
): persistent.ReadResp => {
  const { ReadEvent } = persistent.ReadResp
  const event = new ReadEvent().setRetryCount(retryCount)
  if (recorded !== undefined) event.setEvent(fill(new ReadEvent.RecordedEvent(), recorded))
  if (link !== undefined) event.setLink(fill(new ReadEvent.RecordedEvent(), link))
  return new persistent.ReadResp().setEvent(event)
}

/** `position` left out: the server does not know it any more. */
export const appended = (revision: bigint, position?: bigint): streams.BatchAppendResp.Success => {
  const success = new streams.BatchAppendResp.Success().setCurrentRevision(revision.toString())
  if (position === undefined) return success.setNoPosition(new shared.Empty())
  return success.setPosition(
    new shared.AllStreamPosition().setCommitPosition(position.toString()).setPreparePosition(position.toString()),
  )
}

export const groupInfo = (
  lastKnown: string,
  lastCheckpointed: string,
  parked: string,
  inFlight: number,
): persistent.SubscriptionInfo =>
  new persistent.SubscriptionInfo()
    .setEventSource('$all')
    .setGroupName('order')
    .setStatus('Live')
    .setLastKnownEventPosition(lastKnown)
    .setLastCheckpointedEventPosition(lastCheckpointed)
    .setParkedMessageCount(parked)
    .setTotalInFlightMessages(inFlight)
    .setOutstandingMessagesCount(inFlight)
