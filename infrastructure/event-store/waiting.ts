import { setTimeout as wait } from 'node:timers/promises'
import { StoreUnavailable } from './port.ts'

/**
 * What `work` answers, if it does so within `limitMs` and before `signal` aborts; else `StoreUnavailable`. The work itself goes on:
 * nothing here can stop it, and what becomes of it is nobody's business any more.
 */
export const within = async <Result>(work: Promise<Result>, limitMs: number, what: string, signal?: AbortSignal): Promise<Result> => {
  const given = Promise.withResolvers<never>()
  const timer = setTimeout(() => { given.reject(new NoAnswer(`${what}: no answer within ${limitMs} ms`)) }, limitMs)
  const onAbort = () => { given.reject(new NoAnswer(`${what}: given up by the caller`)) }
  signal?.addEventListener('abort', onAbort, { once: true })
  if (signal?.aborted === true) onAbort()
  try {
    return await Promise.race([work, given.promise])
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', onAbort)
  }
}

/** The time was up before there was an answer of any kind. */
export class NoAnswer extends StoreUnavailable {}

/** Waits, or not so long when `signal` aborts. */
export const pause = async (milliseconds: number, signal?: AbortSignal): Promise<void> => {
  try {
    await wait(milliseconds, undefined, signal === undefined ? {} : { signal })
  } catch (error) {
    if (signal?.aborted !== true) throw error
  }
}

/** Full jitter: anything between nothing and the step, which doubles up to the cap. */
export const jittered = (attempt: number, firstMs: number, capMs: number, random: () => number = Math.random): number =>
  random() * Math.min(capMs, firstMs * 2 ** Math.min(attempt, 30))
