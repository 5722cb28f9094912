/** What was good when it was last looked at: the latest of it, up to a number. */
export type RecentlyGood = {
  has(what: string): boolean
  add(what: string): void
  remove(what: string): void
}

export const createRecentlyGood = (most: number): RecentlyGood => {
  // In the order of the last addition.
  const kept = new Set<string>()
  return {
    has: (what) => kept.has(what),
    add(what) {
      kept.delete(what)
      kept.add(what)
      if (kept.size <= most) return
      const [oldest] = kept
      if (oldest !== undefined) kept.delete(oldest)
    },
    remove(what) {
      kept.delete(what)
    },
  }
}
