import { within } from '../../infrastructure/time/time-limit.ts'
import { NoDefiniteAnswer } from '../outside-errors.ts'

/** Calls the outside with a limit of time. @throws NoDefiniteAnswer when the limit is reached: nothing is known then. */
export type CallLimit = <Answer>(call: (signal: AbortSignal) => Promise<Answer>) => Promise<Answer>

/** Also when the call pays no heed to its signal. */
export const callLimit = (limitMs: number): CallLimit => async (call) => {
  const limited = new AbortController()
  return within(call(limited.signal), {
    limitMs,
    fault: () => {
      const error = new NoDefiniteAnswer(`no answer within ${limitMs} ms`)
      limited.abort(error)
      return error
    },
  })
}
