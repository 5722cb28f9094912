/** Some at a time. @throws the first error, after all that was begun has ended */
export const sideBySide = async <Item>(
  items: AsyncIterable<Item>,
  atOnce: number,
  signal: AbortSignal,
  work: (item: Item) => Promise<void>,
): Promise<void> => {
  const running = new Set<Promise<void>>()
  let failed: { readonly error: unknown } | undefined
  const run = async (item: Item): Promise<void> => {
    try {
      await work(item)
    } catch (error) {
      failed ??= { error }
    }
  }
  try {
    for await (const item of items) {
      if (failed !== undefined || signal.aborted) break
      const one = run(item).finally(() => running.delete(one))
      running.add(one)
      if (running.size >= atOnce) await Promise.race(running)
    }
  } finally {
    await Promise.all(running)
  }
  if (failed !== undefined) throw failed.error
  signal.throwIfAborted()
}
