/** Reports what is survived and yet should be known. */
export type Warn = (message: string, error: unknown) => void

/** Times in milliseconds. */
export type StoreSettings = {
  /** After which an append that has not been answered is sent again. */
  readonly appendTimeoutMs: number
  /** In which a read, a subscription or a question about a group must give its first or next sign of life. */
  readonly readTimeoutMs: number
  /** After which an append or a read that has met nothing but silence and refusals is given up. */
  readonly patienceMs: number
  /** For cancelling calls and closing connections. */
  readonly closeTimeoutMs: number
  /** Appends under way at a time, also such as nobody waits for any more: the server flushes them together. */
  readonly mostAppendsAtATime: number
  /**
   * Appends that wait for their turn, and as many reads. Beyond that a caller is refused at once: it would wait in vain, and what waits
   * takes memory.
   */
  readonly mostWaiting: number
  readonly warn: Warn
}

export const defaultSettings = {
  appendTimeoutMs: 2_000,
  readTimeoutMs: 3_000,
  patienceMs: 10_000,
  closeTimeoutMs: 2_000,
  mostAppendsAtATime: 64,
  mostWaiting: 5_000,
} as const
