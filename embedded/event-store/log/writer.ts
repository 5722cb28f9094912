import type { LogState } from './log-state.ts'
import type { Storage } from './storage.ts'
import type { AppendResult, StoredRecord } from './types.ts'
import { WriteGroup } from './write-group.ts'

/** Judges one write against the group it has come into and adds what is to be written; throws before it has added anything. */
export type Write = (group: WriteGroup) => AppendResult

type Waiting = {
  readonly write: Write
  readonly resolve: (result: AppendResult) => void
  readonly reject: (error: unknown) => void
}

/** The most writes of one transaction, so that a flood is not answered all at once at its end. */
const LARGEST_GROUP = 1_000

/**
 * The only writer. What comes in while one group is on its way to the disk makes up the next group: the more is waiting, the more
 * shares one flush. Everything is answered in the order it came, after the group is on disk and the listeners know of it.
 */
export class Writer {
  readonly #storage: Storage
  readonly #state: LogState
  readonly #publish: (records: readonly StoredRecord[]) => void
  #waiting: Waiting[] = []
  #running: Promise<void> | undefined
  #closed = false

  constructor(storage: Storage, state: LogState, publish: (records: readonly StoredRecord[]) => void) {
    this.#storage = storage
    this.#state = state
    this.#publish = publish
  }

  submit(write: Write): Promise<AppendResult> {
    if (this.#closed) return Promise.reject(new Error('The log is closed.'))
    return new Promise((resolve, reject) => {
      this.#waiting.push({ write, resolve, reject })
      this.#running ??= this.#run()
    })
  }

  /** Takes nothing more and waits for what was accepted. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#running
  }

  async #run(): Promise<void> {
    // What arrives in the same turn of the event loop goes into the first group.
    await new Promise((resolve) => setImmediate(resolve))
    while (this.#waiting.length > 0) await this.#writeGroup(this.#waiting.splice(0, LARGEST_GROUP))
    this.#running = undefined
  }

  async #writeGroup(accepted: readonly Waiting[]): Promise<void> {
    const group = new WriteGroup(this.#storage, this.#state)
    const answers = accepted.map((waiting) => {
      try {
        const result = waiting.write(group)
        return () => waiting.resolve(result)
      } catch (error) {
        return () => waiting.reject(error)
      }
    })
    try {
      if (!group.isEmpty) await group.write()
    } catch (error) {
      for (const { reject } of accepted) reject(error)
      return
    }
    if (group.records.length > 0) this.#publish(group.records)
    for (const answer of answers) answer()
  }
}
