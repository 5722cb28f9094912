/** As the real server has it, in milliseconds, for preparing a write and for committing it. */
export const DEFAULT_WRITE_TIMEOUT = 2_000

/** Nobody was told how the write came out: it was not on disk in time, and may yet be. */
export class WriteTimedOut extends Error {
  override readonly name = 'WriteTimedOut'

  constructor(milliseconds: number) {
    super(`not on disk within ${milliseconds} ms`)
  }
}

/**
 * The outcome of a write, if it comes in time.
 * @throws WriteTimedOut after so many milliseconds; the write goes on
 */
export const inTime = <Result>(write: Promise<Result>, milliseconds: number): Promise<Result> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new WriteTimedOut(milliseconds)), milliseconds)
    write.then(resolve, reject).finally(() => clearTimeout(timer))
  })
