/** Which of the provider's objects a sweep has compared. Forgets the oldest: what is forgotten is asked for once more, one by one. */
export const createSeen = (capacity: number) => {
  const ids = new Set<string>()
  return {
    add: (id: string): void => {
      ids.add(id)
      const [oldest] = ids
      if (ids.size > capacity && oldest !== undefined) ids.delete(oldest)
    },
    has: (id: string): boolean => ids.has(id),
  }
}
