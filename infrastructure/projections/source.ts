import type { Position } from '../event-store/position.ts'
import type { Batch } from '../subscriptions/message-buffer.ts'

/** Batches of `$all` after a place, for as long as they are asked for. Ends when `signal` aborts. */
export type Source = (options: {
  readonly after: Position | 'start'
  readonly streamPrefixes: readonly string[]
  readonly signal: AbortSignal
}) => AsyncIterable<Batch>
