import type { Appended, AllReader } from './port.ts'
import { comparePositions, type Position } from './position.ts'

/** Tells whether an append that succeeded has written, or was recognised as one that had been written before. */
export type AppendedBefore = {
  /** Something this process has read or written; never what a delivery says, since replays and links carry another's position. */
  see(position: Position | undefined): void
  /**
   * Taken before an append is sent for the first time: how far this process has seen by then. Whatever an earlier life of it wrote
   * lies below, so the head is read once, before the first append.
   */
  mark(): Promise<Position | undefined>
  /** The store is not the one it was (restored, or replaced): what was seen of the other one says nothing. */
  forget(): void
}

/** A success without a position, or at one that had been seen before the bytes were first sent, is a repetition. */
export const isRepetition = ({ position }: Appended, mark: Position | undefined): boolean =>
  position === undefined || (mark !== undefined && comparePositions(position, mark) <= 0)

export const createAppendedBefore = (store: Pick<AllReader, 'headPosition'>): AppendedBefore => {
  let highest: Position | undefined
  let head: Promise<void> | undefined

  const see = (position: Position | undefined) => {
    if (position !== undefined && (highest === undefined || comparePositions(position, highest) > 0)) highest = position
  }

  return {
    see,
    async mark() {
      head ??= store.headPosition().then(see, (error: unknown) => {
        // Not known yet: the next append asks again.
        head = undefined
        throw error
      })
      await head
      return highest
    },
    forget() {
      highest = undefined
      head = undefined
    },
  }
}
