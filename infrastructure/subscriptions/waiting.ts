/** Waits, or not so long when `stop` is called. */
export const interruptible = (milliseconds: number): { readonly over: Promise<void>; readonly stop: () => void } => {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, milliseconds)
  return { over: promise, stop: () => { clearTimeout(timer); resolve() } }
}

/** Waits, or not so long when `signal` aborts. */
export const restUnlessAborted = async (milliseconds: number, signal: AbortSignal): Promise<void> => {
  const { over, stop } = interruptible(milliseconds)
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  await over
  signal.removeEventListener('abort', stop)
}

/** Answers when the work does or the limit is reached, whichever is first. */
export const atMost = async (work: Promise<unknown>, limitMs: number): Promise<void> => {
  const limit = interruptible(limitMs)
  try {
    await Promise.race([work, limit.over])
  } finally {
    limit.stop()
  }
}

export type Backoff = { readonly firstMs: number; readonly capMs: number }

/** Doubles from the first step up to the cap; between half of that and all of it, so that many who wait do not come back as one. */
export const backoffMs = (attempt: number, { firstMs, capMs }: Backoff, random: () => number): number =>
  Math.min(capMs, firstMs * 2 ** Math.min(attempt, 30)) * (0.5 + random() / 2)
