import { within } from '../time/time-limit.ts'
import { StoreUnavailable } from './port.ts'

/** The time was up before there was an answer of any kind. */
export class NoAnswer extends StoreUnavailable {}

/** What the store answers, within the limit and before the caller gives up. @throws NoAnswer; what was asked goes on, and may be done yet */
export const answerWithin = <Result>(
  work: Promise<Result>,
  limitMs: number,
  what: string,
  signal?: AbortSignal,
): Promise<Result> =>
  within(work, {
    limitMs,
    signal,
    fault: (reached) =>
      new NoAnswer(
        reached === 'too_late' ? `${what}: no answer within ${limitMs} ms` : `${what}: given up by the caller`,
      ),
  })
