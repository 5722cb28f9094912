export type EventStoreOptions = {
  /** 0 for any free one. */
  readonly port: number
  /** Also what is told to clients that discover the node by gossip. */
  readonly host?: string
  /** A directory, or 'memory' for data that is gone at the end. */
  readonly data: string
  /** Bytes that one append may have. */
  readonly maxAppendSize?: number
  /**
   * Milliseconds, each from 1 to 2^31 − 1, 2,000 by default: what the real server grants the two parts of a write. Here a write is one
   * part, which has the lesser of the two. An append, delete or tombstone that is not on disk by then is answered as timed out, and may be
   * written all the same.
   */
  readonly prepareTimeoutMs?: number
  readonly commitTimeoutMs?: number
  /** Milliseconds since 1970. */
  readonly now?: () => number
  /** Enables `$by_category` and the others at the start; otherwise they are as the last run left them, at first disabled. */
  readonly startStandardProjections?: boolean
  /**
   * Milliseconds after which projections follow what was written, 150 by default: as on the real server links come later than what they
   * point at. 0: they are part of the same transaction, and there as soon as its append is answered. They are never lost either way.
   */
  readonly linkDelay?: number
  /**
   * Keeps to habits of the real server that are better met in development than in production: an append to any revision is not recognised
   * when it comes again after a restart, and a persistent subscription's checkpoint that falls due while another is being written is lost
   * until something else is done.
   */
  readonly strict?: boolean
  /**
   * For tests: when the server restarts, or a group is updated, persistent subscriptions lose what they lose on the real server.
   * A group on `$all` with a filter loses matching events that wait or are in flight, since others carry its checkpoint past them. What was
   * replayed from the parked stream and not acknowledged is gone from both. A group from the end that has no checkpoint yet begins at the
   * new end. Where the event at the checkpoint is gone, the next one is passed over. Groups on `$all` without a filter, and on streams,
   * otherwise lose nothing.
   */
  readonly losesMessages?: boolean
  /** Given one line for every call that has ended. */
  readonly verbose?: (line: string) => void
}

export type EventStore = {
  readonly port: number
  /** Connection string for clients. */
  readonly url: string
  /** Ends the calls as a stopping server does, then closes; done within two seconds. */
  stop(): Promise<void>
  /** Cuts every connection first, as if the process had been killed. What was answered is on disk. */
  kill(): Promise<void>
}
