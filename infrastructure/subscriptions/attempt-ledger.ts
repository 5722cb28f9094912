/** How often an event has been started whose handling nobody has seen the end of, this start included. */
export type Starts = { readonly starts: number; readonly alone: number }

/**
 * Starts of events that have been given before, kept where they outlive the process: an event that kills it leaves nothing else behind.
 * The server's own count is of no use for that: it also rises with each lost connection and each deployment.
 */
export type AttemptLedger = {
  /** Written down before the handler starts. Undefined: the ledger is away, and nothing is known. */
  started(group: string, eventId: string): Promise<Starts | undefined>
  /**
   * It was started before, and now once more with nothing beside it. Resolves when that is written down, and before it the end of
   * everything that was finished until now; or when it cannot be.
   */
  startedAlone(group: string, eventId: string): Promise<void>
  /** The handler has come to an end, whatever that was, or was given up by a process that ends in good order. Never rejects. */
  finished(group: string, eventId: string): void
}

/** So many starts with nothing else beside them, of which none came to an end, say that it is this event that kills the process. */
const mostAlone = 3

/** What a redelivered event's start means for how it is handled. */
export const waysToStart = ({ starts, alone }: Starts): 'beside' | 'alone' | 'never' => {
  if (alone >= mostAlone) return 'never'
  return starts > 1 ? 'alone' : 'beside'
}
