import grpc from '@grpc/grpc-js'

/** Bytes that may be on their way to a client before its call waits for the connection. */
const MOST_UNDER_WAY = 65_536

/**
 * Lets the next message of a call follow before the last one has left. By itself grpc-js writes a message, waits until the connection
 * has taken it, and writes the next; given several at a time HTTP/2 sends them in one piece. Only for messages that are bytes already,
 * since of others nobody knows yet how many bytes they are.
 */
export const messageBursts: grpc.ServerInterceptor = (_, call) => new BurstCall(call)

class BurstCall extends grpc.ServerInterceptingCall {
  readonly #call: grpc.ServerInterceptingCallInterface
  #underWay = 0

  constructor(call: grpc.ServerInterceptingCallInterface) {
    super(call)
    this.#call = call
  }

  override sendMessage(message: unknown, callback: () => void): void {
    if (!Buffer.isBuffer(message)) {
      this.#call.sendMessage(message, callback)
      return
    }
    this.#underWay += message.length
    const isLast = this.#underWay >= MOST_UNDER_WAY
    this.#call.sendMessage(message, () => {
      this.#underWay -= message.length
      if (isLast) callback()
    })
    if (!isLast) callback()
  }

  // The rest goes straight through, without the base class's machinery for interceptors that look at it.
  override start(listener: Parameters<grpc.ServerInterceptingCall['start']>[0]): void {
    this.#call.start(listener)
  }

  override sendMetadata(metadata: Parameters<grpc.ServerInterceptingCall['sendMetadata']>[0]): void {
    this.#call.sendMetadata(metadata)
  }

  override sendStatus(status: Parameters<grpc.ServerInterceptingCall['sendStatus']>[0]): void {
    this.#call.sendStatus(status)
  }
}
