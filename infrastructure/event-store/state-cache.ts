import type { Position } from './position.ts'

/** A stream folded up to `revision`; undefined revision and position: nothing has been read of it. */
export type Folded<State> = {
  readonly state: State
  readonly revision: bigint | undefined
  readonly position: Position | undefined
}

/**
 * Folded states of the most recently used (decider, stream) pairs. It saves the decoding, never the look: whoever takes a state from
 * here reads what came after it before using it.
 */
export type StateCache = {
  get<State>(decider: object, stream: string): Folded<State> | undefined
  /** Never goes back: a state at a lower revision than the one that is there is not taken. */
  put<State>(decider: object, stream: string, folded: Folded<State>): void
  forget(decider: object, stream: string): void
}

export const createStateCache = (size: number): StateCache => {
  const entries = new Map<string, Folded<unknown>>()
  const numbers = new WeakMap<object, number>()
  let deciders = 0

  const keyOf = (decider: object, stream: string) => {
    let number = numbers.get(decider)
    if (number === undefined) {
      number = deciders += 1
      numbers.set(decider, number)
    }
    return `${number}|${stream}`
  }

  return {
    get<State>(decider: object, stream: string) {
      const key = keyOf(decider, stream)
      const entry = entries.get(key)
      if (entry === undefined) return undefined
      entries.delete(key)
      entries.set(key, entry)
      // What lies under a decider's number was put there for this decider, so it is a state of its kind.
      return entry as Folded<State>
    },
    put(decider, stream, folded) {
      const key = keyOf(decider, stream)
      const present = entries.get(key)
      if (present?.revision !== undefined && (folded.revision === undefined || folded.revision < present.revision)) return
      entries.delete(key)
      entries.set(key, folded)
      const oldest = entries.keys().next()
      if (entries.size > size && oldest.done !== true) entries.delete(oldest.value)
    },
    forget(decider, stream) {
      entries.delete(keyOf(decider, stream))
    },
  }
}
