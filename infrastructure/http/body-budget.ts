export type BodyBudgetOptions = {
  /** Kept at once, for all. */
  readonly bytes: number
  /** Kept at once, for one key. */
  readonly bytesOfOne: number
  /** Each body has to be there within so much time. */
  readonly withinMs: number
}

/** What one body may take while it comes in, and until it has been handled. */
export type BodyAllowance = {
  readonly withinMs: number
  /** Counts bytes that have come; false when that are more than are kept at once. */
  take(bytes: number): boolean
  /** To be called once, when nobody needs the body any more. */
  giveBack(): void
}

/** Bounds the bytes that are kept of bodies at once. What has only been announced counts for nothing: whoever sends slowly takes little. */
export type BodyBudget = { allow(key: string): BodyAllowance }

export const createBodyBudget = ({ bytes: most, bytesOfOne, withinMs }: BodyBudgetOptions): BodyBudget => {
  let kept = 0
  const keptOf = new Map<string, number>()
  const add = (key: string, bytes: number) => {
    kept += bytes
    const ofOne = (keptOf.get(key) ?? 0) + bytes
    if (ofOne === 0) keptOf.delete(key)
    else keptOf.set(key, ofOne)
  }
  return {
    allow(key) {
      let taken = 0
      return {
        withinMs,
        take(bytes) {
          if (kept + bytes > most || (keptOf.get(key) ?? 0) + bytes > bytesOfOne) return false
          taken += bytes
          add(key, bytes)
          return true
        },
        giveBack() {
          add(key, -taken)
        },
      }
    },
  }
}
