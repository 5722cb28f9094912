/** Why nothing was waited for any longer: the time was up, or the caller has given up. */
export type LimitReached = 'too_late' | 'aborted'

export type TimeLimit = {
  readonly limitMs: number
  readonly signal?: AbortSignal | undefined
  /** What is thrown when the limit is reached. */
  readonly fault: (reached: LimitReached) => Error
}

/**
 * What `work` answers, if it does so within the limit and before the signal aborts. The work itself is not stopped: nothing here could,
 * and what becomes of it, answer or error, interests nobody any more.
 */
export const within = <Result>(work: Promise<Result>, { limitMs, signal, fault }: TimeLimit): Promise<Result> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      giveUp('too_late')
    }, limitMs)
    const onAbort = () => {
      giveUp('aborted')
    }
    const end = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
    }
    const giveUp = (reached: LimitReached) => {
      end()
      reject(fault(reached))
    }
    work.then(resolve, reject).finally(end)
    signal?.addEventListener('abort', onAbort, { once: true })
    if (signal?.aborted === true) onAbort()
  })

/**
 * Makes a call with a signal of its own, which aborts with the given one and when the limit is reached. Waits for the call in any case: it
 * has to heed its signal.
 */
export const withSignalWithin = async <Answer>(
  signal: AbortSignal,
  limitMs: number,
  call: (signal: AbortSignal) => Promise<Answer>,
): Promise<Answer> => {
  // Not AbortSignal.timeout: it cannot be called off, and makes its error long after the call, for every one of them.
  const limited = new AbortController()
  const follow = () => {
    limited.abort(signal.reason)
  }
  signal.addEventListener('abort', follow)
  if (signal.aborted) follow()
  const timer = setTimeout(() => {
    limited.abort()
  }, limitMs)
  try {
    return await call(limited.signal)
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', follow)
  }
}
