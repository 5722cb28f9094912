import { NoDefiniteAnswer } from '../outside-errors.ts'

/** Calls the outside with a limit of time. @throws NoDefiniteAnswer when the limit is reached: nothing is known then. */
export type CallLimit = <Answer>(call: (signal: AbortSignal) => Promise<Answer>) => Promise<Answer>

/** Also when the call pays no heed to its signal. */
export const callLimit = (limitMs: number): CallLimit => async (call) => {
  const limited = new AbortController()
  const tooLong = Promise.withResolvers<never>()
  // Not AbortSignal.timeout: it cannot be called off, and makes its error long after the call, for every one of them.
  const timer = setTimeout(() => {
    const error = new NoDefiniteAnswer(`no answer within ${limitMs} ms`)
    tooLong.reject(error)
    limited.abort(error)
  }, limitMs)
  try {
    return await Promise.race([call(limited.signal), tooLong.promise])
  } finally {
    clearTimeout(timer)
  }
}
