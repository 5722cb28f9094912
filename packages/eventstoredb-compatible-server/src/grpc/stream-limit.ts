import grpc from '@grpc/grpc-js'

type Connection = { open: number; readonly waiting: Set<() => void> }

type Listener = Parameters<grpc.ServerInterceptingCall['start']>[0]
type Metadata = Parameters<Listener['onReceiveMetadata']>[0]

/**
 * So many calls of one connection are served at a time; the others wait, without a word, until one of them ends. The real server has
 * HTTP/2 do this. Node's can't be asked to: it counts a stream that the client has cancelled for a moment longer, and rejects the one
 * that the client sends in its place.
 */
export const streamLimit = (limit: number): grpc.ServerInterceptor => {
  const connections = new Map<string, Connection>()
  return (_, call) => new LimitedCall(call, connections, limit)
}

class LimitedCall extends grpc.ServerInterceptingCall {
  readonly #call: grpc.ServerInterceptingCallInterface
  readonly #connections: Map<string, Connection>
  readonly #limit: number

  constructor(call: grpc.ServerInterceptingCallInterface, connections: Map<string, Connection>, limit: number) {
    super(call)
    this.#call = call
    this.#connections = connections
    this.#limit = limit
  }

  /** A call begins with its metadata: nothing else comes before they are passed on, but the end may. */
  override start(listener: Listener): void {
    const { remoteAddress, remotePort } = this.#call.getConnectionInfo()
    const key = `${remoteAddress}:${remotePort}`
    const connection = this.#connections.get(key) ?? { open: 0, waiting: new Set() }
    this.#connections.set(key, connection)
    let begin: (() => void) | undefined
    let holds = false
    this.#call.start({
      onReceiveMetadata: (metadata: Metadata) => {
        begin = () => {
          holds = true
          connection.open += 1
          listener.onReceiveMetadata(metadata)
        }
        if (connection.open < this.#limit) begin()
        else connection.waiting.add(begin)
      },
      onReceiveMessage: (message: unknown) => listener.onReceiveMessage(message),
      onReceiveHalfClose: () => listener.onReceiveHalfClose(),
      onCancel: () => {
        if (begin !== undefined) connection.waiting.delete(begin)
        if (holds) connection.open -= 1
        listener.onCancel()
        const next = connection.waiting.values().next()
        if (holds && next.done !== true) {
          connection.waiting.delete(next.value)
          next.value()
        }
        if (connection.open === 0 && connection.waiting.size === 0) this.#connections.delete(key)
      },
    })
  }

  // Straight to the wire, without the base class's machinery for interceptors that look at messages.
  override sendMetadata(metadata: Metadata): void {
    this.#call.sendMetadata(metadata)
  }

  override sendMessage(message: unknown, callback: () => void): void {
    this.#call.sendMessage(message, callback)
  }

  override sendStatus(status: Parameters<grpc.ServerInterceptingCall['sendStatus']>[0]): void {
    this.#call.sendStatus(status)
  }
}
