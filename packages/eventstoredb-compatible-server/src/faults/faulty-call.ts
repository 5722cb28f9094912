import grpc from '@grpc/grpc-js'

export type Interference = {
  readonly opened: grpc.ServerListener
  /**
   * Asked before a message goes out. `send` sends it, now or later; `pretend` lets the handler go on as if it had been sent, after
   * which `send` must still be used at most once.
   */
  answer(send: () => void, pretend: () => void): void
  /** How often a message is to be sent. */
  message(message: unknown): number
  /** Asked before the call's end goes out. */
  status(send: () => void, code: grpc.status): void
}

/** A call whose answers pass through somebody's hands. Interceptors proper can hold a message back, but not swallow it. */
export class FaultyCall extends grpc.ServerInterceptingCall {
  readonly #call: grpc.ServerInterceptingCallInterface
  readonly #interference: Interference

  constructor(call: grpc.ServerInterceptingCallInterface, interference: Interference) {
    super(call, { start: (next) => next(interference.opened) })
    this.#call = call
    this.#interference = interference
  }

  override sendMessage(message: unknown, callback: () => void): void {
    let told = false
    const tell = (): void => {
      if (told) return
      told = true
      callback()
    }
    const send = (): void => {
      for (let more = this.#interference.message(message) - 1; more > 0; more--)
        this.#call.sendMessage(message, () => undefined)
      this.#call.sendMessage(message, tell)
    }
    this.#interference.answer(send, tell)
  }

  override sendStatus(status: Parameters<grpc.ServerInterceptingCall['sendStatus']>[0]): void {
    this.#interference.status(() => this.#call.sendStatus(status), status.code ?? grpc.status.OK)
  }
}
