import { interruptible } from '../../infrastructure/time/waiting.ts'

/**
 * In milliseconds. "For ever" cannot be waited for: this is a hundred times what an answer takes between two sockets of one machine, and
 * several times the limits that a test gives to the adapter.
 */
export const longEnough = 400

/** Whether nothing has come of it after a time in which something would have, had it been to come. */
export const isStillPending = async (work: Promise<unknown>): Promise<boolean> => {
  const { over, stop } = interruptible(longEnough)
  const outcome = await Promise.race([
    work.then(
      () => false,
      () => false,
    ),
    over.then(() => true),
  ])
  stop()
  return outcome
}
