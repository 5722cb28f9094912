/** How old what is called recent may be, in milliseconds, and after how long it is proved anew while anybody wants to know. */
const recentMs = 1_000
const proveAgainMs = 400

/**
 * Whether what one knows by following the log is no older than a second. An idle subscription proves nothing: it may have died without a
 * word. What proves it is a read from where one is to the head of the log.
 */
export type Recency = {
  isRecent(): Promise<boolean>
}

/** `readToHead` takes everything up to the head, and answers whether it has; it rejects while the store is away. */
export const createRecency = (readToHead: () => Promise<boolean>, now: () => number): Recency => {
  let provedAt = -Infinity
  let proving: Promise<void> | undefined

  const prove = (): Promise<void> => {
    const began = now()
    // The store is away: nothing is recent then, and whoever needs to know reads for himself and hears why.
    proving ??= readToHead()
      .then(
        (all) => {
          if (all) provedAt = began
        },
        () => undefined,
      )
      .finally(() => {
        proving = undefined
      })
    return proving
  }

  return {
    async isRecent() {
      const age = now() - provedAt
      const proof = age > proveAgainMs ? prove() : undefined
      if (age <= recentMs) return true
      // Nobody has wanted to know for a while: one proof for all who want to now.
      await proof
      return now() - provedAt <= recentMs
    },
  }
}
