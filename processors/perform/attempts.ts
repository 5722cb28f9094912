import type { Intent } from './intent.ts'

export type Lease = {
  readonly kind: string
  readonly key: string
  /** How often it was claimed, this time included, since the intent took its present form. */
  readonly calls: number
  readonly token: string
}

/** What can be claimed: an intent, or anything else that one replica at a time should look at. */
export type Claimable = Pick<Intent, 'key' | 'since'> & { readonly kind: string }

/**
 * Who is at work on an intent, and when it is due again. Nothing is decided from these rows: losing them costs a repeated call, under
 * the provider's idempotency key, and nothing else.
 */
export type Attempts = {
  /**
   * Takes the lease until `until`, by compare-and-set, committed when the promise resolves. Undefined: somebody holds a live one. Who
   * never releases leaves it due again at `until`.
   * @throws AttemptsUnavailable
   */
  claim(what: Claimable, times: { readonly now: Date; readonly until: Date }): Promise<Lease | undefined>
  /** Gives the lease back; the intent is due again at `dueAt`, or over when that is undefined. Nothing if the lease is not ours any more. */
  release(lease: Lease, times: { readonly now: Date; readonly dueAt: Date | undefined }): Promise<void>
}

/** Where the attempts are kept is away, or not in order. The intent stays open meanwhile. */
export class AttemptsUnavailable extends Error {
  override readonly name = 'AttemptsUnavailable'
}
