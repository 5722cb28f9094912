/**
 * Work on streams, in turns: one turn at a time for a stream, and in each turn whatever has come to wait for it meanwhile. Streams do
 * not wait for one another.
 */
export type StreamQueue<Item> = {
  add(stream: string, item: Item): void
}

/**
 * `turn` is given all that waits, oldest first, and answers what it has not taken up: that has its turn next, before what came later.
 * It must not reject.
 */
export const createStreamQueue = <Item>(
  turn: (stream: string, waiting: readonly Item[]) => Promise<readonly Item[]>,
): StreamQueue<Item> => {
  const waiting = new Map<string, Item[]>()

  const work = async (stream: string, first: readonly Item[]) => {
    let mine = first
    while (mine.length > 0) {
      const left = await turn(stream, mine)
      const came = waiting.get(stream) ?? []
      waiting.set(stream, [])
      mine = [...left, ...came]
    }
    waiting.delete(stream)
  }

  return {
    add(stream, item) {
      const line = waiting.get(stream)
      if (line !== undefined) {
        line.push(item)
        return
      }
      waiting.set(stream, [])
      void work(stream, [item])
    },
  }
}
