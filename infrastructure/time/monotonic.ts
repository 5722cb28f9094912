/** Milliseconds since this process began. Goes on while the clock on the wall is put back or forward: for what waits, not for what is written down. */
export const monotonicNow = (): number => performance.now()
