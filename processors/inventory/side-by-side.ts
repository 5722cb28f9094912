/**
 * All of them at once, and all of them awaited before the first fault of one is passed on: nothing goes on behind the back of whoever
 * asked for it.
 */
export const sideBySide = async <Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> => {
  const settled = await Promise.allSettled(items.map(work))
  return settled.map((result) => {
    if (result.status === 'rejected') throw result.reason
    return result.value
  })
}
