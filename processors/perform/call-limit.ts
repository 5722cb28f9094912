import { NoDefiniteAnswer } from '../outside-errors.ts'

/** Calls the outside with a limit of time. @throws NoDefiniteAnswer when the limit is reached: nothing is known then. */
export type CallLimit = <Answer>(call: (signal: AbortSignal) => Promise<Answer>) => Promise<Answer>

/** Also when the call pays no heed to its signal. */
export const callLimit = (limitMs: number): CallLimit => async (call) => {
  const signal = AbortSignal.timeout(limitMs)
  const tooLong = Promise.withResolvers<never>()
  const giveUp = () => tooLong.reject(new NoDefiniteAnswer(`no answer within ${limitMs} ms`))
  signal.addEventListener('abort', giveUp, { once: true })
  try {
    return await Promise.race([call(signal), tooLong.promise])
  } finally {
    signal.removeEventListener('abort', giveUp)
  }
}
