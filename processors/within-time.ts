/** A call with a signal of its own: it ends with the given one, and after so long. A call that pays no heed to it is waited for. */
export const withinTime = async <Result>(signal: AbortSignal, limitMs: number, call: (signal: AbortSignal) => Promise<Result>): Promise<Result> => {
  const limited = new AbortController()
  const follow = () => { limited.abort(signal.reason) }
  signal.addEventListener('abort', follow)
  if (signal.aborted) follow()
  const timer = setTimeout(() => { limited.abort() }, limitMs)
  try {
    return await call(limited.signal)
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', follow)
  }
}
