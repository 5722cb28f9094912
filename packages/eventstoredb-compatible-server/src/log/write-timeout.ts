/** As the real server has it, in milliseconds, for preparing a write and for committing it. */
export const DEFAULT_WRITE_TIMEOUT = 2_000

/** Nobody was told how the write came out: it was not on disk in time, and may yet be. */
export class WriteTimedOut extends Error {
  override readonly name = 'WriteTimedOut'

  constructor(milliseconds: number) {
    super(`not on disk within ${milliseconds} ms`)
  }
}

/** Milliseconds. A timer that is later than this says that the process was held up, not the disk. */
const HELD_UP = 100

/**
 * The outcome of a write, if it comes in time. Time in which this process could not have taken notice of it does not count.
 * @throws WriteTimedOut after so many milliseconds; the write goes on
 */
export const inTime = <Result>(write: Promise<Result>, milliseconds: number): Promise<Result> =>
  new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout
    const wait = (): void => {
      const due = performance.now() + milliseconds
      timer = setTimeout(
        () => (performance.now() - due > HELD_UP ? wait() : reject(new WriteTimedOut(milliseconds))),
        milliseconds,
      )
    }
    wait()
    write.then(resolve, reject).finally(() => clearTimeout(timer))
  })
