/** A pause of so many milliseconds that `stop` ends early. */
export const interruptible = (milliseconds: number): { readonly over: Promise<void>; readonly stop: () => void } => {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, milliseconds)
  return {
    over: promise,
    stop: () => {
      clearTimeout(timer)
      resolve()
    },
  }
}

/** Waits, or not so long when `signal` aborts. Never rejects: whoever waits looks at the signal next. */
export const pause = async (milliseconds: number, signal?: AbortSignal): Promise<void> => {
  const { over, stop } = interruptible(milliseconds)
  signal?.addEventListener('abort', stop, { once: true })
  if (signal?.aborted === true) stop()
  await over
  signal?.removeEventListener('abort', stop)
}

/** Waits for `work` to end, or until the limit is reached. @throws what the work rejects with before that */
export const atMost = async (work: Promise<unknown>, limitMs: number): Promise<void> => {
  const limit = interruptible(limitMs)
  try {
    await Promise.race([work, limit.over])
  } finally {
    limit.stop()
  }
}
