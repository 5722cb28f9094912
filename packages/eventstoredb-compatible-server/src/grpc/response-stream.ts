import { once } from 'node:events'
import type { Writable } from 'node:stream'

/** The client has gone, or the server is ending the call; whatever is in progress for it ends with this. */
export class CallEnded extends Error {
  override readonly name = 'CallEnded'
}

const over = new CallEnded()

type Call = Writable & { cancelled: boolean; on(event: 'cancelled' | 'close', listener: () => void): unknown }

/** Writes answers no faster than the client takes them. */
export class ResponseStream<Message> {
  readonly #call: Call
  readonly #ended = new AbortController()

  constructor(call: Call) {
    this.#call = call
    // With a reason that is there already: a new one for each call would cost a stack trace.
    const abort = (): void => {
      if (!this.#ended.signal.aborted) this.#ended.abort(over)
    }
    call.on('cancelled', abort)
    call.on('close', abort)
    if (call.cancelled) abort()
  }

  /** Aborted when the client has gone or the call is over. */
  get ended(): AbortSignal {
    return this.#ended.signal
  }

  /** Writes at once, whatever waits already. False: the next should wait for room. */
  push(message: Message): boolean {
    return this.#isOpen && this.#call.write(message)
  }

  /** Resolves when there is room again; rejects with CallEnded when the client has gone. */
  async room(): Promise<void> {
    if (!this.#isOpen) throw new CallEnded()
    if (!this.#call.writableNeedDrain) return
    try {
      await once(this.#call, 'drain', { signal: this.#ended.signal })
    } catch (error) {
      throw this.#ended.signal.aborted ? new CallEnded() : error
    }
  }

  /** Writes and waits until there is room for the next. */
  async send(message: Message): Promise<void> {
    if (!this.#isOpen) throw new CallEnded()
    if (!this.#call.write(message)) await this.room()
  }

  get #isOpen(): boolean {
    return !this.#ended.signal.aborted && !this.#call.writableEnded
  }
}
