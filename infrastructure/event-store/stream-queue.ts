import { StoreUnavailable } from './port.ts'

/** Lets one task at a time work on a stream; the others wait in the order they came. */
export type StreamQueue = {
  /** @throws StoreUnavailable when `signal` aborts while the task still waits; it is then never started. */
  run<Result>(stream: string, task: () => Promise<Result>, signal?: AbortSignal): Promise<Result>
}

export const createStreamQueue = (): StreamQueue => {
  const tails = new Map<string, Promise<void>>()

  return {
    async run(stream, task, signal) {
      const before = tails.get(stream)
      const turn = Promise.withResolvers<void>()
      tails.set(stream, turn.promise)
      const leave = () => {
        turn.resolve()
        if (tails.get(stream) === turn.promise) tails.delete(stream)
      }
      if (before !== undefined && !(await comesBeforeAbort(before, signal))) {
        // Who stands behind must still wait for who stands before.
        void before.then(leave)
        throw new StoreUnavailable(`gave up waiting for earlier commands on ${stream}`)
      }
      try {
        return await task()
      } finally {
        leave()
      }
    },
  }
}

const comesBeforeAbort = async (turn: Promise<void>, signal: AbortSignal | undefined): Promise<boolean> => {
  if (signal === undefined) {
    await turn
    return true
  }
  if (signal.aborted) return false
  const aborted = Promise.withResolvers<false>()
  const onAbort = () => { aborted.resolve(false) }
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([turn.then(() => true as const), aborted.promise])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
