import type { Log } from '../log/types.ts'

/** What a group is given by the server around it. */
export type GroupContext = {
  readonly log: Log
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly newId: () => string
  /** Runs the work soon, but not at once: between two pages others get their turn. */
  readonly defer: (work: () => void) => void
  /** A checkpoint that falls due while another is being written is not made up for, as on the real server, until something else is done. */
  readonly missesCheckpoints: boolean
  /** Whether a group that is made or loaded now loses what the real server's would: see the server's options. */
  readonly losesMessages: () => boolean
}
