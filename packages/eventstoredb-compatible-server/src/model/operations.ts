export type Expected = bigint | 'no_stream' | 'any' | 'stream_exists'
export type Direction = 'forwards' | 'backwards'

export type Event = { readonly id: string; readonly type: string; readonly isJson: boolean; readonly data: string }

export type AppendOperation = {
  readonly kind: 'append'
  readonly stream: string
  readonly expected: Expected
  readonly events: readonly Event[]
}

export type WriteOperation =
  | AppendOperation
  | { readonly kind: 'soft_delete'; readonly stream: string; readonly expected: Expected }
  | { readonly kind: 'tombstone'; readonly stream: string; readonly expected: Expected }

/** `revision` is undefined where the client does not tell it, `position` where the answer had none. */
export type WriteOutcome =
  | { readonly kind: 'done'; readonly revision: bigint | undefined; readonly position: bigint | undefined }
  | { readonly kind: 'wrong_expected_version'; readonly current: bigint | 'no_stream' }
  | { readonly kind: 'stream_deleted' }

export type ReadOperation =
  | {
      readonly kind: 'read_stream'
      readonly stream: string
      readonly from: bigint | 'end'
      readonly direction: Direction
      readonly limit: number
    }
  | { readonly kind: 'read_all'; readonly from: bigint | 'end'; readonly direction: Direction; readonly limit: number }

/** An event as it was read. */
export type Seen = Event & {
  readonly stream: string
  readonly revision: bigint
  readonly position: bigint
  readonly created: bigint
}

/** `next` is where the following page begins, undefined when there is none. */
export type ReadOutcome = {
  readonly state: 'found' | 'not_found' | 'deleted'
  readonly events: readonly Seen[]
  readonly next: bigint | undefined
}

/**
 * One operation as its client saw it. `invoked` and `answered` count the invocations and answers of a run, in the order in which they
 * happened; `now` is the clock in milliseconds, which stands still while anything is under way.
 */
type Times = { readonly invoked: number; readonly answered: number; readonly now: number }
export type WriteStep = Times & { readonly write: WriteOperation; readonly outcome: WriteOutcome }
export type ReadStep = Times & { readonly read: ReadOperation; readonly outcome: ReadOutcome }
export type Step = WriteStep | ReadStep
