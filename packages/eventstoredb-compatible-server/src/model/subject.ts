import type { ReadOperation, ReadOutcome, Seen, WriteOperation, WriteOutcome } from './operations.ts'

/** One client of what is tested. */
export type Client = {
  write(operation: WriteOperation): Promise<WriteOutcome>
  read(operation: ReadOperation): Promise<ReadOutcome>
}

/** An open log or running server with its clients. */
export type Subject = {
  readonly clients: readonly [Client, ...Client[]]
  /** All of `$all`. */
  all(): Promise<readonly Seen[]>
  close(): Promise<void>
}

/** Opens the same data anew each time. What is told to `deliver` is what a listener to all that is written gets, start after start. */
export type Open = (deliver: (event: Seen) => void) => Promise<Subject>
