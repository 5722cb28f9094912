import { setTimeout as pause } from 'node:timers/promises'

/** Waits until something holds; rejects after the limit, naming what was waited for. */
export const until = async (what: string, holds: () => boolean | Promise<boolean>, limit = 5_000): Promise<void> => {
  const end = performance.now() + limit
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`waited ${limit} ms in vain: ${what}`)
    await pause(5)
  }
}

/** The error that a promise rejects with; fails when it resolves. */
export const errorOf = async (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => {
      throw new Error('an error was expected')
    },
    (error: unknown) => error,
  )
