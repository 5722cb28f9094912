import type { RpcError } from './errors.ts'

/** The streaming calls that are open, so that the server can end them when it stops. */
export class OpenCalls {
  readonly #fail = new Set<(error: RpcError) => void>()

  /** Returns how to take the call off the list. */
  add(fail: (error: RpcError) => void): () => void {
    this.#fail.add(fail)
    return () => this.#fail.delete(fail)
  }

  get size(): number {
    return this.#fail.size
  }

  endAll(error: RpcError): void {
    for (const fail of [...this.#fail]) fail(error)
  }
}
