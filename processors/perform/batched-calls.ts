export type BatchedCalls<Item, Answer> = {
  /** Goes out with whatever else waits by then. Fails as a call with this item alone would. */
  call(item: Item): Promise<Answer>
  /** Resolves when nothing waits and nothing is under way; what waits goes out at once. */
  drained(): Promise<void>
}

export type BatchedCallsOptions<Item, Answer> = {
  /** Answers in the order of the items. */
  readonly send: (items: readonly Item[]) => Promise<readonly Answer[]>
  /** Whether nothing would be won by trying the items one by one: it is not the fault of any of them. */
  readonly failsForAll: (error: unknown) => boolean
  readonly most: number
  /** No batch begins earlier than this after the one before. The first after a while goes out at once. */
  readonly everyMs: number
}

type Waiting<Item, Answer> = { readonly item: Item; readonly resolve: (answer: Answer) => void; readonly reject: (error: unknown) => void }

/** One call for many: one batch under way at a time, and what comes meanwhile is the next. */
export const batchedCalls = <Item, Answer>({ send, failsForAll, most, everyMs }: BatchedCallsOptions<Item, Answer>): BatchedCalls<Item, Answer> => {
  let waiting: Waiting<Item, Answer>[] = []
  let lastBegan = -Infinity
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> | undefined
  let hurried = false

  const answer = async (batch: readonly Waiting<Item, Answer>[]): Promise<void> => {
    try {
      const answers = await send(batch.map(({ item }) => item))
      if (answers.length !== batch.length) throw new Error(`${batch.length} calls, and ${answers.length} answers`)
      // There are as many answers as items.
      for (const [index, one] of batch.entries()) one.resolve(answers[index] as Answer)
    } catch (error) {
      if (batch.length === 1 || failsForAll(error)) for (const one of batch) one.reject(error)
      else for (const one of batch) await answer([one])
    }
  }

  const begin = () => {
    timer = undefined
    const batch = waiting.slice(0, most)
    waiting = waiting.slice(most)
    lastBegan = performance.now()
    running = answer(batch).then(() => {
      running = undefined
      schedule()
    })
  }

  const schedule = () => {
    if (running !== undefined || timer !== undefined || waiting.length === 0) return
    const inMs = hurried ? 0 : lastBegan + everyMs - performance.now()
    // Not within this turn: what is called together goes out together.
    timer = setTimeout(begin, Math.max(0, inMs))
  }

  return {
    call: (item) => new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject })
      schedule()
    }),
    async drained() {
      hurried = true
      clearTimeout(timer)
      timer = undefined
      schedule()
      while (waiting.length > 0 || running !== undefined || timer !== undefined) {
        await (running ?? new Promise((resolve) => { setImmediate(resolve) }))
      }
      hurried = false
    },
  }
}
