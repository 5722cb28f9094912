import type { EventContent, Groups, GroupSettings, StoredEvent } from '../event-store/port.ts'
import type { SettingDifference } from '../event-store/setting-differences.ts'
import type { Backoff } from '../time/back-off.ts'
import type { CrashGuarding } from './crash-guard.ts'
import type { Outcome, ParkReason } from './outcome.ts'

/** What there is to tell of a consumer, for logs and metrics. None of it may throw. */
export type ConsumerObserver = {
  /** The last word on an event, and how long it took since its first start here. */
  handled?(event: StoredEvent, outcome: Outcome, milliseconds: number): void
  /** It is tried again in so many milliseconds. */
  retried?(event: StoredEvent, reason: string, inMs: number, attempt: number): void
  parked?(event: EventContent, reason: ParkReason & { readonly attempts: number }): void
  /** The server delivers it again after its messageTimeout. */
  leftUnacknowledged?(event: StoredEvent, reason: string): void
  /** The group has stopped taking events, and why. Nothing is parked by this. */
  paused?(reason: string): void
  resumed?(): void
  /** The subscription was dropped: it ended without being asked to. It is made anew. */
  dropped?(error: unknown): void
  /** Before each subscription: what the group has otherwise than wanted, or nothing. It is consumed as it is. */
  settingsCompared?(differences: readonly SettingDifference[]): void
  /** The store did not say what the group has. It is consumed all the same. */
  settingsNotCompared?(error: unknown): void
}

/** What is put aside of a group, by key. In memory, since it is asked before every event. */
export type Letters = {
  /**
   * Why `event` is parked unhandled: something of its key that comes before it is put aside, and nothing has been decided about that.
   * `replayed` as in `Delivery`. Not asked about what is handed in.
   */
  waitsBehind(event: StoredEvent, key: string, replayed: bigint | undefined): ParkReason | undefined
  /** This consumer has just parked it. */
  parked(event: EventContent, key: string, reason: ParkReason): void
}

export type ConsumerOptions = {
  readonly store: Pick<Groups, 'ensureGroup' | 'groupInfo' | 'connect'>
  readonly group: string
  readonly settings: GroupSettings
  /** How many events the server delivers before it waits for acknowledgements. */
  readonly bufferSize: number
  /** How many handlers run at a time. */
  readonly maxRunning: number
  /** Events with one key are handled one after another. */
  readonly keyOf: (event: EventContent) => string
  /** One cheap look, at the names of stream and type: what is not ours is acknowledged without being read. */
  readonly isOurs: (event: Pick<StoredEvent, 'stream' | 'type'>) => boolean
  readonly handle: (
    event: StoredEvent,
    info: { readonly attempt: number; readonly retryCount: number },
  ) => Promise<Outcome>
  /** A store that is needed is away: the group pauses, and the event is nobody's fault. */
  readonly isStoreAway: (error: unknown) => boolean
  /** A known fault that passes by itself (a conflict, a lock, a rate limit). */
  readonly isPassing: (error: unknown) => boolean
  /** Answers when every store that is needed does. */
  readonly probe: () => Promise<void>
  /** Written into the reason of what is parked, so that a person sees which version could not handle it. */
  readonly handlerVersion: string
  /** Without it, what follows a parked event of its key is handled before that. */
  readonly letters?: Letters
  /** Without it, an event that kills the process does so for ever. */
  readonly crashGuarding?: CrashGuarding
  readonly observe?: ConsumerObserver
  readonly random?: () => number
  readonly timing?: Partial<ConsumerTiming>
}

/** Durations in milliseconds. */
export type ConsumerTiming = {
  readonly ackLingerMs: number
  /** For running handlers, when the group pauses or the process ends. */
  readonly settleLimitMs: number
  /** Between the last acknowledgement and the end of the call, which would otherwise overtake it. */
  readonly beforeUnsubscribeMs: number
  readonly resubscribe: Backoff
  readonly retry: Backoff
  /** How often an event is tried whose handler fails in a way that nobody foresaw. */
  readonly unexpectedAttempts: number
}

export const defaultTiming: ConsumerTiming = {
  ackLingerMs: 20,
  settleLimitMs: 10_000,
  beforeUnsubscribeMs: 250,
  // Whatever was away is used again within two seconds of its return. One look a second is nothing to a store.
  resubscribe: { firstMs: 100, capMs: 1_500 },
  retry: { firstMs: 50, capMs: 10_000 },
  unexpectedAttempts: 5,
}
