import { within } from '../../infrastructure/time/time-limit.ts'
import { OutcomeUnknown, ProcessStopping } from '../../infrastructure/outside/errors.ts'

/**
 * Calls the outside with a limit of time.
 * @throws OutcomeUnknown when the limit is reached: nothing is known then; ProcessStopping when nothing is called any more
 */
export type CallLimit = <Result>(call: (signal: AbortSignal) => Promise<Result>) => Promise<Result>

export type Drain = {
  /** Aborts when the process begins to drain: no call begins after that. */
  readonly signal: AbortSignal
  /** What calls that are under way then have left at most, in milliseconds: however long they may take else, the process has to end. */
  readonly limitMs: number
}

/** Aborts when the calls of a process that drains have had their time. */
const callsOver = ({ signal, limitMs }: Drain): AbortSignal => {
  const over = new AbortController()
  const begin = () => {
    setTimeout(() => {
      over.abort()
    }, limitMs).unref()
  }
  if (signal.aborted) begin()
  else signal.addEventListener('abort', begin, { once: true })
  return over.signal
}

/** Also when the call pays no heed to its signal. */
export const callLimit = (limitMs: number, drain: Drain): CallLimit => {
  const signal = callsOver(drain)
  return async (call) => {
    if (drain.signal.aborted) throw new ProcessStopping('not called: the process is stopping')
    const limited = new AbortController()
    return within(call(limited.signal), {
      limitMs,
      signal,
      fault: (reached) => {
        const error = new OutcomeUnknown(
          reached === 'too_late' ? `no answer within ${limitMs} ms` : 'no answer before the process had to stop',
        )
        limited.abort(error)
        return error
      },
    })
  }
}
