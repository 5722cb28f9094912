/** The other side refused this message for good (no such mailbox, say); trying again would not help. */
export class MessageRefused extends Error {
  override name = 'MessageRefused'
  /** For the log of events: a code, never an address or what the other side said in its own words, which may repeat one. */
  readonly reason: string

  constructor(message: string, { reason, cause }: { readonly reason: string; readonly cause?: unknown }) {
    super(message, { cause })
    this.reason = reason
  }
}
