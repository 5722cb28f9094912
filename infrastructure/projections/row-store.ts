import type { Target } from './target.ts'
import type { Move } from './checkpoints.ts'
import type { Changes, FoldFailure } from './fold.ts'
import type { RowData } from './table.ts'

/** What a batch means for one table: its checkpoint's move, and the rows as the JSON that is to be stored. */
export type Work = {
  readonly target: Target<never>
  readonly move: Move
  readonly changes: Changes
  readonly rows: ReadonlyMap<string, string>
}

export type Written = {
  /** Of each work, in order: rows that are set aside by this, those that the store refused among them. */
  readonly failures: readonly (readonly FoldFailure[])[]
  /** The store has refused a row, and was given the others one by one. */
  readonly singly: boolean
}

/** Where the tables lie. */
export type RowStore = {
  read(target: Target<never>, keys: readonly string[]): Promise<ReadonlyMap<string, RowData>>
  /**
   * Moves all checkpoints and writes all rows, or does neither. Whatever it throws but CheckpointMoved, it may have been done.
   * @throws CheckpointMoved when a checkpoint is not where its move begins: nothing was done
   */
  write(work: readonly Work[]): Promise<Written>
}
