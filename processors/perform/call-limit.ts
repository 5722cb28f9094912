import { OutcomeUnknown } from '../outside-errors.ts'

/** Calls the outside with a limit of time. @throws OutcomeUnknown when the limit is reached: nothing is known then. */
export type CallLimit = <Result>(call: (signal: AbortSignal) => Promise<Result>) => Promise<Result>

/** Also when the call pays no heed to its signal. */
export const callLimit = (limitMs: number): CallLimit => async (call) => {
  const limited = new AbortController()
  const tooLong = Promise.withResolvers<never>()
  // Not AbortSignal.timeout: it cannot be called off, and makes its error long after the call, for every one of them.
  const timer = setTimeout(() => {
    const error = new OutcomeUnknown(`no answer within ${limitMs} ms`)
    tooLong.reject(error)
    limited.abort(error)
  }, limitMs)
  try {
    return await Promise.race([call(limited.signal), tooLong.promise])
  } finally {
    clearTimeout(timer)
  }
}
