import type { Checkpoint } from './checkpoints.ts'
import type { AnyProjection } from './projection.ts'

/** A table that is being written: where it stands, and which of its rows are set aside. Changes only when a batch is committed. */
export type Target<Event> = {
  readonly projection: AnyProjection<Event>
  readonly physicalName: string
  checkpoint: Checkpoint
  caughtUp: boolean
  /** When it was last known to have everything. */
  caughtUpAt: Date | undefined
  lastEventAt: Date | undefined
  readonly setAside: Set<string>
}
