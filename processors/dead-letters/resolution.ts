/** A dead letter's place: `number` is its revision in the group's parked stream. */
export type DeadLetterPlace = { readonly group: string; readonly number: bigint }

/**
 * What was decided about a dead letter. `retry`: an operator has its event handled once more. `release`: it only waited behind another one,
 * and is handled by itself. `discard`: an operator has it left undone.
 */
export type ResolutionKind = 'retry' | 'release' | 'discard'

/** What has been decided about a dead letter, and what came of it. Table `dead_letter_verdicts`, where a resolution is a verdict. */
export type Resolution = {
  readonly kind: ResolutionKind
  readonly decidedBy: string
  readonly decidedAt: Date
  /** The event that was decided about. Undefined when the original was gone, and of what an earlier release wrote. */
  readonly eventId: string | undefined
  /** How often it was retried by hand. */
  readonly retries: number
  /** The dead letter is resolved once its event is handled, or it is discarded. */
  readonly resolvedAt: Date | undefined
  readonly lastFailure: string | undefined
  /** Why it stands now; undefined while it stands for the reason it was parked for. */
  readonly failureCode: string | undefined
  readonly why: string | undefined
}

export type Decision = DeadLetterPlace & {
  readonly eventId: string | undefined
  readonly parkedAt: Date
  readonly by: string
  readonly at: Date
  readonly why?: string | undefined
  /** What an operator sees of it, for when the event store has let it go. */
  readonly letter: object
}

/** Who has it handles the letters of one key, until it ends by itself unless it is kept. */
export type Claim = DeadLetterPlace & { readonly key: string; readonly token: string; readonly auditId: string }

/** `code` where the event cannot be handled; without one it was only not the time for it. */
export type Failure = { readonly message: string; readonly code?: string | undefined }

export type Refused = 'already_settled' | 'under_way'

/** Among what was written anew: in which transaction, and the letter's number. */
export type ChangedPlace = { readonly changedIn: string; readonly number: bigint }

export type ChangesAsked = {
  readonly numbers: readonly bigint[]
  readonly since?: string | undefined
  /** The `more` of an answer: the part that comes after it, since the same mark. */
  readonly after?: ChangedPlace | undefined
  /** So many of what was written anew come in one part. */
  readonly most: number
}

/**
 * As `Resolutions.of` has them; `mark` is where the next one who asks for changes goes on, once all parts have come: that of the first.
 * `more`: where the next part begins.
 */
export type Changes = {
  readonly resolutions: ReadonlyMap<bigint, Resolution>
  readonly mark: string
  readonly more: ChangedPlace | undefined
}
