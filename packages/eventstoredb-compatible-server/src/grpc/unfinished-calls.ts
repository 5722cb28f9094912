import grpc from '@grpc/grpc-js'
import type { RpcError } from './errors.ts'

/**
 * Every call that has not ended, whatever its handler knows of it: half-sent appends, calls that wait for their turn, answers that
 * nobody takes. A server that stops can tell them why, in place of cutting them off.
 */
export class UnfinishedCalls {
  readonly #calls = new Set<WatchedCall>()
  #refusal: RpcError | undefined

  readonly interceptor: grpc.ServerInterceptor = (_, call) => new WatchedCall(call, this.#calls, () => this.#refusal)

  /** From now on calls end with this as they begin. */
  refuse(error: RpcError): void {
    this.#refusal = error
  }

  /** Ends the calls of which the handler has nothing in hand: more of the request might come, and nothing of it was answered. */
  endIdle(error: RpcError): void {
    for (const call of [...this.#calls]) if (!call.isInHand) call.end(error)
  }

  endAll(error: RpcError): void {
    for (const call of [...this.#calls]) call.end(error)
  }
}

type Listener = Parameters<grpc.ServerInterceptingCall['start']>[0]

class WatchedCall extends grpc.ServerInterceptingCall {
  readonly #call: grpc.ServerInterceptingCallInterface
  readonly #calls: Set<WatchedCall>
  readonly #refusal: () => RpcError | undefined
  /** Whether the request is whole, or was answered in part. */
  isInHand = false

  constructor(
    call: grpc.ServerInterceptingCallInterface,
    calls: Set<WatchedCall>,
    refusal: () => RpcError | undefined,
  ) {
    super(call)
    this.#call = call
    this.#calls = calls
    this.#refusal = refusal
  }

  /** At once, before anything that the handler still has to say. */
  end(error: RpcError): void {
    this.#call.sendStatus(error)
  }

  override start(listener: Listener): void {
    this.#calls.add(this)
    this.#call.start({
      onReceiveMetadata: (metadata: Parameters<Listener['onReceiveMetadata']>[0]) => {
        const refusal = this.#refusal()
        if (refusal === undefined) listener.onReceiveMetadata(metadata)
        else this.end(refusal)
      },
      onReceiveMessage: (message: unknown) => listener.onReceiveMessage(message),
      onReceiveHalfClose: () => {
        this.isInHand = true
        listener.onReceiveHalfClose()
      },
      // Comes at every end of a call, not only when it was cancelled.
      onCancel: () => {
        this.#calls.delete(this)
        listener.onCancel()
      },
    })
  }

  // The rest goes straight through, without the base class's machinery for interceptors that look at it.
  override sendMetadata(metadata: Parameters<grpc.ServerInterceptingCall['sendMetadata']>[0]): void {
    this.#call.sendMetadata(metadata)
  }

  override sendMessage(message: unknown, callback: () => void): void {
    this.isInHand = true
    this.#call.sendMessage(message, callback)
  }

  override sendStatus(status: Parameters<grpc.ServerInterceptingCall['sendStatus']>[0]): void {
    this.#call.sendStatus(status)
  }
}
