import { LogClosed } from './log-closed.ts'
import type { LogState } from './log-state.ts'
import type { Storage } from './storage.ts'
import type { StoredRecord } from './types.ts'
import { WriteGroup } from './write-group.ts'
import { WriterStatistics } from './writer-statistics.ts'

/** Judges one write against the group it has come into and adds what is to be written; throws before it has added anything. */
export type Write<Result> = (group: WriteGroup) => Result

/** Adds what follows from the records that were added last; to be found by `WriteGroup.underived`. */
export type Derive = (group: WriteGroup) => void

type Waiting = {
  /** Returns how to answer once the group is on disk. */
  readonly write: (group: WriteGroup) => () => void
  readonly reject: (error: unknown) => void
}

/** The most writes of one transaction, so that a flood is not answered all at once at its end; and about how much it writes at most. */
const LARGEST_GROUP = 1_000
const LARGEST_GROUP_BYTES = 8 * 1_048_576

/**
 * The only writer. What comes in while one group is on its way to the disk makes up the next group: the more is waiting, the more
 * shares one flush. Everything is answered in the order it came, after the group is on disk and the listeners know of it.
 */
export class Writer {
  readonly statistics = new WriterStatistics()
  readonly #storage: Storage
  readonly #state: LogState
  readonly #publish: (records: readonly StoredRecord[]) => void
  readonly #derive: Derive | undefined
  #waiting: Waiting[] = []
  #running: Promise<void> | undefined
  #closed = false
  #comeTogether = true

  constructor(storage: Storage, state: LogState, publish: (records: readonly StoredRecord[]) => void, derive?: Derive) {
    this.#storage = storage
    this.#state = state
    this.#publish = publish
    this.#derive = derive
  }

  submit<Result>(write: Write<Result>): Promise<Result> {
    if (this.#closed) return Promise.reject(new LogClosed())
    return new Promise((resolve, reject) => {
      const judge = (group: WriteGroup): (() => void) => {
        const result = write(group)
        return () => resolve(result)
      }
      this.#waiting.push({ write: judge, reject })
      this.statistics.entered()
      this.#running ??= this.#run()
    })
  }

  /** Takes nothing more and waits for the group that is on its way to the disk. What waits behind it is refused: nobody was told of it. */
  async close(): Promise<void> {
    this.#closed = true
    const refused = this.#waiting.splice(0)
    this.statistics.left(refused.length)
    for (const { reject } of refused) reject(new LogClosed())
    await this.#running
  }

  async #run(): Promise<void> {
    // What arrives in the same turn of the event loop goes into the first group; not waited for where writes came one by one.
    if (this.#comeTogether) await new Promise((resolve) => setImmediate(resolve))
    while (this.#waiting.length > 0) await this.#writeGroup()
    this.#running = undefined
  }

  async #writeGroup(): Promise<void> {
    const group = new WriteGroup(this.#storage, this.#state)
    const taken: Waiting[] = []
    const answers: (() => void)[] = []
    this.statistics.began()
    try {
      this.#judgeInto(group, taken, answers)
      if (!group.isEmpty) await group.write()
      this.statistics.ended(taken.length, group.size)
    } catch (error) {
      this.statistics.ended(taken.length, 0)
      for (const { reject } of taken) reject(error)
      return
    }
    if (group.records.length > 0) this.#publish(group.records)
    for (const answer of answers) answer()
  }

  /** As many of those who wait as one transaction may have, in their order. */
  #judgeInto(group: WriteGroup, taken: Waiting[], answers: (() => void)[]): void {
    const most = Math.min(this.#waiting.length, LARGEST_GROUP)
    try {
      for (const waiting of this.#waiting) {
        if (taken.length === most || group.size >= LARGEST_GROUP_BYTES) break
        taken.push(waiting)
        answers.push(judge(waiting, group))
        this.#derive?.(group)
      }
    } finally {
      this.#waiting.splice(0, taken.length)
      this.#comeTogether = taken.length > 1
    }
  }
}

const judge = ({ write, reject }: Waiting, group: WriteGroup): (() => void) => {
  try {
    return write(group)
  } catch (error) {
    return () => reject(error)
  }
}
