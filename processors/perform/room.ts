import { AsyncLocalStorage } from 'node:async_hooks'

/** Something that is begun when its turn has come. Never rejects. */
export type Turn = {
  readonly run: () => Promise<void>
  /** Its turn does not come any more. */
  readonly leave: () => void
}

/** A bounded number of turns at once, and a bounded number that wait, in the order in which they came. */
export type Room = {
  /** Begins it as soon as there is room. False when there is none to wait in either, or when the room is closed. */
  enter(turn: Turn, options?: { readonly ahead?: boolean }): boolean
  /** What waits leaves; what is under way comes to its end. */
  close(): Promise<void>
}

export const createRoom = ({ atOnce, waiting: most }: { readonly atOnce: number; readonly waiting: number }): Room => {
  const waiting: Turn[] = []
  const running = new Set<Promise<void>>()
  let closed = false

  const begin = (turn: Turn): void => {
    const over = turn.run().finally(() => {
      running.delete(over)
      const next = waiting.shift()
      if (next !== undefined) begin(next)
    })
    running.add(over)
  }

  return {
    enter(turn, { ahead = false } = {}) {
      if (closed) return false
      if (running.size < atOnce) begin(turn)
      else if (waiting.length >= most) return false
      else {
        // Whoever makes room for it later has nothing to do with it.
        const bound = { ...turn, run: AsyncLocalStorage.bind(turn.run) }
        if (ahead) waiting.unshift(bound)
        else waiting.push(bound)
      }
      return true
    },
    async close() {
      closed = true
      for (const turn of waiting.splice(0)) turn.leave()
      await Promise.all(running)
    },
  }
}
