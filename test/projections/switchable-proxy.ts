import { Transform } from 'node:stream'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

export type SwitchableProxy = {
  /** The given URL, by way of the proxy. */
  readonly url: string
  /** How many connections have been made to it, those among them that it could not pass on. */
  connections(): number
  /** Cuts every connection and refuses new ones. */
  down(): Promise<void>
  up(): Promise<void>
  /** From here on nothing is passed on any more, and nobody is told: as when a machine has gone from the network. */
  fallSilent(): void
}

/** Stands before a server, so that it can be away without being stopped. */
export const openProxy = async (target: string): Promise<SwitchableProxy> => {
  const { hostname, port } = new URL(target)
  const sockets = new Set<Socket>()
  let connections = 0
  let silent = false
  const server = createServer((client) => {
    connections += 1
    const upstream = connect(Number(port), hostname)
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket)
      socket.on('close', () => {
        sockets.delete(socket)
        other.destroy()
      })
      // A cut connection is what it is there for.
      socket.on('error', () => other.destroy())
      socket
        .pipe(new Transform({ transform: (chunk, _encoding, done) => done(null, silent ? undefined : chunk) }))
        .pipe(other)
    }
  })
  const listen = (at: number) =>
    new Promise<void>((resolve, reject) => server.once('error', reject).listen(at, '127.0.0.1', resolve))
  await listen(0)
  const own = (server.address() as AddressInfo).port
  const url = new URL(target)
  url.hostname = '127.0.0.1'
  url.port = String(own)
  return {
    url: url.href,
    connections: () => connections,
    async down() {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const socket of sockets) socket.destroy()
      await closed
    },
    up: () => listen(own),
    fallSilent() {
      silent = true
    },
  }
}
