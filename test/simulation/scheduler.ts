/** Something that happens at its time. Answers 'nothing' when nobody was waiting for it any more. */
type Step = {
  readonly at: number
  readonly number: number
  readonly what: string
  readonly run: () => void | 'nothing'
}

export type Scheduler = {
  /** Virtual milliseconds since 1970. Moves only between two steps. */
  readonly now: () => number
  /** How many steps have been made. */
  steps(): number
  after(delayMs: number, what: string, run: () => void | 'nothing'): void
  /** One step after another, by their time, until it is over, nothing is left to do, or there were too many. */
  run(isOver: () => boolean, mostSteps: number): Promise<'over' | 'idle' | 'too_many_steps'>
}

export type SchedulerOptions = {
  readonly startAt: number
  readonly trace?: ((line: string) => void) | undefined
}

/** Everything that waits for anything waits here. After each step all that follows from it without waiting is done. */
export const createScheduler = ({ startAt, trace }: SchedulerOptions): Scheduler => {
  const heap: Step[] = []
  let time = startAt
  let scheduled = 0
  let made = 0

  const comesBefore = (a: Step, b: Step): boolean => a.at < b.at || (a.at === b.at && a.number < b.number)
  const at = (index: number): Step => {
    const step = heap[index]
    if (step === undefined) throw new Error('the heap ends before this')
    return step
  }
  const swap = (a: number, b: number): void => {
    const held = at(a)
    heap[a] = at(b)
    heap[b] = held
  }

  const push = (step: Step): void => {
    heap.push(step)
    for (let index = heap.length - 1; index > 0;) {
      const parent = (index - 1) >> 1
      if (!comesBefore(at(index), at(parent))) return
      swap(index, parent)
      index = parent
    }
  }

  const pop = (): Step | undefined => {
    if (heap.length === 0) return undefined
    swap(0, heap.length - 1)
    const first = heap.pop()
    for (let index = 0; ;) {
      const left = 2 * index + 1
      if (left >= heap.length) return first
      const smaller = left + 1 < heap.length && comesBefore(at(left + 1), at(left)) ? left + 1 : left
      if (!comesBefore(at(smaller), at(index))) return first
      swap(index, smaller)
      index = smaller
    }
  }

  return {
    now: () => time,
    steps: () => made,

    after(delayMs, what, run) {
      scheduled += 1
      push({ at: time + Math.max(0, delayMs), number: scheduled, what, run })
    },

    async run(isOver, mostSteps) {
      const limit = made + mostSteps
      while (!isOver()) {
        if (made >= limit) return 'too_many_steps'
        const step = pop()
        if (step === undefined) return 'idle'
        time = Math.max(time, step.at)
        if (step.run() === 'nothing') continue
        made += 1
        trace?.(`${String(made).padStart(6)}  ${new Date(time).toISOString()}  ${step.what}`)
        // Not a wait for time: an immediate comes when every promise that was ready has run its course.
        await new Promise<void>((resolve) => {
          setImmediate(resolve)
        })
      }
      return 'over'
    },
  }
}
