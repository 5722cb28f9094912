import { AsyncLocalStorage } from 'node:async_hooks'

export type BatchedCalls<Item, Result> = {
  /** Goes out with whatever else waits by then. Fails as a call with this item alone would. */
  call(item: Item): Promise<Result>
  /** Resolves when nothing waits and nothing is under way; what waits goes out at once. */
  drained(): Promise<void>
}

export type BatchedCallsOptions<Item, Result> = {
  /** Results in the order of the items. */
  readonly send: (items: readonly Item[]) => Promise<readonly Result[]>
  /** Whether nothing would be won by trying the items one by one: it is not the fault of any of them. */
  readonly failsForAll: (error: unknown) => boolean
  readonly most: number
  /** No batch begins earlier than this after the one before. The first after a while goes out at once. */
  readonly everyMs: number
}

type Waiting<Item, Result> = {
  readonly item: Item
  readonly resolve: (result: Result) => void
  readonly reject: (error: unknown) => void
}

/** One call for many: one batch under way at a time, and what comes meanwhile is the next. */
export const batchedCalls = <Item, Result>({
  send,
  failsForAll,
  most,
  everyMs,
}: BatchedCallsOptions<Item, Result>): BatchedCalls<Item, Result> => {
  let waiting: Waiting<Item, Result>[] = []
  let lastBegan = -Infinity
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> | undefined
  let hurried = false
  /** A batch is nobody's of those whose calls are in it, so it is not sent as a part of what the first of them does. */
  const asNobody = AsyncLocalStorage.snapshot()

  const dispatch = async (batch: readonly Waiting<Item, Result>[]): Promise<void> => {
    try {
      const results = await send(batch.map(({ item }) => item))
      if (results.length !== batch.length) throw new Error(`${batch.length} calls, and ${results.length} results`)
      // There are as many results as items.
      for (const [index, one] of batch.entries()) one.resolve(results[index] as Result)
    } catch (error) {
      if (batch.length === 1 || failsForAll(error)) for (const one of batch) one.reject(error)
      else for (const one of batch) await dispatch([one])
    }
  }

  const begin = () => {
    timer = undefined
    const batch = waiting.slice(0, most)
    waiting = waiting.slice(most)
    lastBegan = performance.now()
    running = dispatch(batch).then(() => {
      running = undefined
      schedule()
    })
  }

  const schedule = () => {
    if (running !== undefined || timer !== undefined || waiting.length === 0) return
    const inMs = hurried ? 0 : lastBegan + everyMs - performance.now()
    // Not within this turn: what is called together goes out together.
    timer = setTimeout(() => asNobody(begin), Math.max(0, inMs))
  }

  return {
    call: (item) =>
      new Promise((resolve, reject) => {
        waiting.push({ item, resolve, reject })
        schedule()
      }),
    async drained() {
      hurried = true
      clearTimeout(timer)
      timer = undefined
      schedule()
      while (waiting.length > 0 || running !== undefined || timer !== undefined) {
        await (running ??
          new Promise((resolve) => {
            setImmediate(resolve)
          }))
      }
      hurried = false
    },
  }
}
