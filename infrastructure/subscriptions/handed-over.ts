import type { HandOverOptions } from './consumer-options.ts'

/** What a consumer remembers of hand-overs: which events are done with, and which keys have something put aside. */
export type HandedOver = {
  /** Whether the event may be taken without a delivery: it is new here, its key has no letter, and there is room to remember it. */
  mayTake(id: string, key: string): boolean
  /** It is done, and its delivery has yet to come. */
  mark(id: string): void
  /** Whether the event whose delivery has come is done. Asked once: it is forgotten by that. */
  settle(id: string): boolean
  /** It was delivered, and is done: nobody needs to hand it over any more. */
  delivered(id: string): void
  /** An event of this key was parked here. */
  parked(key: string): void
}

/** Everything in it is a saving: what is not remembered is found in the store by whoever is given the event again. */
export const createHandedOver = ({ most, forMs, hasLetter }: HandOverOptions): HandedOver => {
  /** By event id, oldest first: since when. */
  const marks = new Map<string, number>()
  const given = new Map<string, number>()
  const keys = new Set<string>()

  /** A delivery that has not come by then has gone to another replica. */
  const forgetOld = (ids: Map<string, number>) => {
    const old = Date.now() - forMs
    for (const [id, since] of ids) {
      if (since > old) return
      ids.delete(id)
    }
  }

  return {
    mayTake(id, key) {
      forgetOld(marks)
      // With as many letters as that nobody knows any more which keys have none.
      const isKnown = marks.has(id) || given.has(id)
      return !isKnown && marks.size < most && keys.size < most && !keys.has(key) && !hasLetter(key)
    },
    mark: (id) => { marks.set(id, Date.now()) },
    settle: (id) => marks.delete(id),
    delivered(id) {
      forgetOld(given)
      if (given.size < most) given.set(id, Date.now())
    },
    parked: (key) => { if (keys.size < most) keys.add(key) },
  }
}
