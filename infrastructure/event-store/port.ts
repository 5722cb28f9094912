import type { Position } from './position.ts'

/** An event as bytes of meaning: what the store keeps, not yet checked against any schema. */
export type StoredEvent = {
  /** The event's own id, never that of a link to it. */
  readonly id: string
  readonly stream: string
  readonly type: string
  readonly revision: bigint
  readonly position: Position
  readonly created: Date
  /** Parsed JSON; a string or bytes where the content was no JSON. */
  readonly data: unknown
  readonly metadata: unknown
}

export type EventToStore = {
  readonly id: string
  readonly type: string
  readonly data: Readonly<Record<string, unknown>>
  readonly metadata: Readonly<Record<string, unknown>>
}

/** A revision means: exactly this one, the one the decision was made from. */
export type ExpectedRevision = bigint | 'no_stream' | 'any'

export type Appended = {
  /** Of the append's last event. */
  readonly revision: bigint
  /** Of the append's last event; undefined when the store no longer knows (a repetition of an old append). */
  readonly position: Position | undefined
}

/** Of a stream's last event, or that there is none. */
export type ActualRevision = bigint | 'no_stream'

/** The stream is not where the decision was made. Proves that this append has not landed and never will. */
export class VersionConflict extends Error {
  override readonly name = 'VersionConflict'
  readonly stream: string
  readonly expected: ExpectedRevision
  /** Where the stream was instead, and may no longer be. Undefined: not known. */
  readonly actual: ActualRevision | undefined
  constructor(stream: string, expected: ExpectedRevision, actual?: ActualRevision) {
    super(`stream ${stream} is not at ${expected}${actual === undefined ? '' : ` but at ${actual}`}`)
    this.stream = stream
    this.expected = expected
    this.actual = actual
  }
}

/** The store cannot be reached or does not answer. Passing; nothing is known of what was asked for. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable'
}

/**
 * The store is there, and TLS keeps a connection from coming about: its certificate has expired, is another authority's or for another name, or
 * one side alone speaks it. Passing: a certificate is renewed; but nobody is nearer to that by waiting.
 */
export class StoreNotTrusted extends StoreUnavailable {}

/** The store has said something that cannot be so. Nothing of it is used, and it would say the same again: a person has to look. */
export class UnusableAnswer extends Error {
  override readonly name = 'UnusableAnswer'
}

/** How long a caller waits. When the signal aborts, the call ends with `StoreUnavailable`; without one, the adapter's patience counts. */
export type Patience = { readonly signal?: AbortSignal | undefined }

export type StreamWriter = {
  /**
   * Appends all events or none, and answers once they are on disk. An unknown outcome (time-out, dropped connection) is answered by
   * sending the same bytes under the same ids again until the answer is definite, for as long as the patience lasts; then it is
   * `StoreUnavailable`, and the append may still land. Only an exact revision or 'no_stream' makes a re-send harmless for sure: with
   * 'any' the server remembers ids for a while and not over a restart, so the events can be there twice.
   * @throws VersionConflict, StoreUnavailable; UnusableAnswer, and then the events are there
   */
  append(
    stream: string,
    events: readonly EventToStore[],
    expected: ExpectedRevision,
    options?: Patience,
  ): Promise<Appended>
}

export type StreamReader = {
  /** Oldest first, from `from` (inclusive) on; nothing for a stream that is not there. @throws StoreUnavailable, UnusableAnswer */
  readStream(
    stream: string,
    options?: { readonly from?: bigint; readonly limit?: number } & Patience,
  ): AsyncIterable<StoredEvent>
  /** The last `count` events, newest first; nothing for a stream that is not there. @throws StoreUnavailable */
  lastEvents(stream: string, count: number, options?: Patience): Promise<readonly StoredEvent[]>
}

export type AllReader = {
  /** `$all` oldest first, strictly after `after`. @throws StoreUnavailable, UnusableAnswer */
  readAll(options?: { readonly after?: Position; readonly limit?: number }): AsyncIterable<StoredEvent>
  /** Position of the last record in `$all`; undefined in an empty store. */
  headPosition(options?: Patience): Promise<Position | undefined>
  /**
   * Whether the log has this place, so that one could go on from there; not beyond its end, and not between the beginnings of two
   * records. One look, without patience: a node that is behind the others says no and may have it a moment later.
   * @throws StoreUnavailable
   */
  holds(position: Position): Promise<boolean>
}

export type CatchUpMessage =
  | { readonly kind: 'event'; readonly event: StoredEvent }
  /** Nothing of interest up to here. Comes in order: everything before it has been yielded. */
  | { readonly kind: 'checkpoint'; readonly position: Position }
  | { readonly kind: 'caught_up' }

export type AllSubscriber = {
  /**
   * Everything in `$all` strictly after `after` ('start': everything) in streams with one of the prefixes, and what comes, for as long
   * as the loop runs. Ends when `signal` aborts; throws `StoreUnavailable` when the store drops it, and what it was refused with when
   * that is no passing matter. Pulled: nothing is read ahead beyond a bounded buffer.
   */
  subscribeToAll(options: {
    readonly after: Position | 'start'
    readonly streamPrefixes: readonly string[]
    /** A checkpoint comes after every so many windows, of 32 records each, that the server has looked through. 8 when it is left out. */
    readonly windowsBetweenCheckpoints?: number | undefined
    readonly signal: AbortSignal
  }): AsyncIterable<CatchUpMessage>
}

/** What an event says, without what the store says of it. */
export type EventContent = Pick<StoredEvent, 'id' | 'stream' | 'type' | 'data' | 'metadata'>

/** One delivery by a persistent subscription. `ackId` is what the server knows it by (the link's id where there is a link). */
export type Delivery = {
  /** Whose event it is; undefined when a link's target is gone. */
  readonly about: Pick<StoredEvent, 'stream' | 'type'> | undefined
  /** The original event, read when it is asked for; undefined when a link's target is gone, or when what came is unusable. */
  readonly event: StoredEvent | undefined
  /** What came and is no event that anything could be done with, and why. */
  readonly unusable?: { readonly event: EventContent; readonly reason: string } | undefined
  readonly ackId: string
  readonly retryCount: number
  /** Its number in the group's parked stream, where the server replays it from there. */
  readonly replayed?: bigint | undefined
}

export type GroupConnection = {
  /** Ends silently when the server ends it or `close` is called; throws `StoreUnavailable` when it is dropped with an error. */
  readonly deliveries: AsyncIterable<Delivery>
  /** A hint, not a fact: it may be lost, and then the event comes again. */
  ack(ackIds: readonly string[]): Promise<void>
  park(ackIds: readonly string[], reason: string): Promise<void>
  /** Ends the call; what is in flight goes back to the server. Never throws. */
  close(): Promise<void>
}

export type GroupSettings = {
  readonly messageTimeoutMs: number
  readonly maxRetryCount: number
  readonly checkPointLowerBound: number
  readonly checkPointUpperBound: number
  readonly checkPointAfterMs: number
  readonly readBatchSize: number
  readonly historyBufferSize: number
  readonly liveBufferSize: number
}

/** All that the server has set for a group: what is chosen, and what every group has that is made here. */
export type WholeGroupSettings = GroupSettings & {
  /** `start`, `end` or a position as text; no longer looked at once there is a checkpoint. Undefined: not known. */
  readonly startFrom: string | undefined
  readonly resolveLinkTos: boolean
  readonly extraStatistics: boolean
  readonly maxSubscriberCount: number | 'unbounded'
  readonly consumerStrategyName: string
}

export type GroupInfo = {
  readonly group: string
  readonly status: string
  readonly settings: WholeGroupSettings
  /** Undefined: not known. The server works it out, and after a truncation by hand it can be anything. */
  readonly parked: number | undefined
  /** Undefined: not known. */
  readonly inFlight: number | undefined
  /** Events that it has and that are not done: given, to be given again, and read ahead. Undefined: not known. */
  readonly undone: number | undefined
  readonly connections: number
  /** Undefined: nothing yet. */
  readonly lastKnown: Position | undefined
  readonly lastCheckpointed: Position | undefined
}

/** A parked message, elsewhere known as a dead letter. `number` is its revision in the parked stream. */
export type ParkedMessage = {
  readonly number: bigint
  readonly parkedAt: Date
  readonly reason: string
  /** Undefined when the original is gone, or unusable. */
  readonly event: StoredEvent | undefined
}

/** The persistent subscriptions on unfiltered `$all`. All methods throw `StoreUnavailable` when the store is away. */
export type Groups = {
  /** Creates the group, from the start of `$all`, when it is missing; never updates it. Answers whether it was created. */
  ensureGroup(group: string, settings: GroupSettings): Promise<boolean>
  connect(group: string, options: { readonly bufferSize: number }): Promise<GroupConnection>
  /**
   * Gives an existing group these settings in place of all that it has. The server drops the group's consumers for it, and what was not
   * acknowledged, or not yet noted as such, comes again as if for the first time. @throws when the group is missing
   */
  updateGroup(group: string, settings: GroupSettings): Promise<void>
  groupInfo(group: string): Promise<GroupInfo | undefined>
  /** Oldest first; follows the links. */
  parkedMessages(
    group: string,
    options?: { readonly from?: bigint; readonly limit?: number },
  ): AsyncIterable<ParkedMessage>
  /**
   * Takes the group's parked messages below `before` (above 0) out of its parked stream, if it does not begin there or later already, and has
   * the server count anew. Answers whether both are so; if not, somebody else was at it, or the server is still counting: ask again later.
   */
  truncateParked(group: string, before: bigint): Promise<boolean>
}

export type EventStore = StreamWriter &
  StreamReader &
  AllReader &
  AllSubscriber &
  Groups & {
    /** Answers when the store does, within the limit. @throws StoreUnavailable */
    probe(limitMs: number): Promise<void>
    dispose(): Promise<void>
  }
