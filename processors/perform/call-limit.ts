import { within } from '../../infrastructure/time/time-limit.ts'
import { OutcomeUnknown } from '../outside-errors.ts'

/** Calls the outside with a limit of time. @throws OutcomeUnknown when the limit is reached: nothing is known then. */
export type CallLimit = <Result>(call: (signal: AbortSignal) => Promise<Result>) => Promise<Result>

/** Also when the call pays no heed to its signal. */
export const callLimit =
  (limitMs: number): CallLimit =>
  async (call) => {
    const limited = new AbortController()
    return within(call(limited.signal), {
      limitMs,
      fault: () => {
        const error = new OutcomeUnknown(`no answer within ${limitMs} ms`)
        limited.abort(error)
        return error
      },
    })
  }
