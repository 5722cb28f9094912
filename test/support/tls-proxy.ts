import { readFileSync } from 'node:fs'
import net, { type AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import tls from 'node:tls'

/** A certificate and its key: for nobody's secrets, both are in the repository. */
export type TestCertificate = { readonly certFile: string; readonly cert: Buffer; readonly key: Buffer }

const testCertificate = (name: string): TestCertificate => {
  const fileOf = (what: string) => fileURLToPath(new URL(`../event-store/${name}.${what}.pem`, import.meta.url))
  return { certFile: fileOf('cert'), cert: readFileSync(fileOf('cert')), key: readFileSync(fileOf('key')) }
}

/** For `localhost` and 127.0.0.1; has signed itself. Good until 2119. */
export const localhostCertificate = testCertificate('localhost')
/** For `elsewhere.example`; the same. */
export const elsewhereCertificate = testCertificate('elsewhere')
/** For `localhost` and 127.0.0.1, signed by the first one. It was good until 2021. */
export const expiredCertificate = testCertificate('expired')

export type TlsProxy = {
  readonly port: number
  /** Breaks all connections, and has this one from now on. */
  show(certificate: TestCertificate): void
  close(): void
}

/** What a client of PostgreSQL says before it speaks TLS, and what it is answered. */
const sslRequestBytes = 8

/**
 * Stands before a server that knows no TLS, and speaks TLS for it: HTTP/2, which gRPC asks for; or as a PostgreSQL does, when it is asked to.
 */
export const startTlsProxy = async (
  behind: number,
  { cert, key }: TestCertificate,
  speaks: 'http/2' | 'postgres' = 'http/2',
): Promise<TlsProxy> => {
  const sockets = new Set<net.Socket>()
  const keep = (socket: net.Socket, other: net.Socket) => {
    sockets.add(socket)
    // Who breaks off the handshake, or the connection, is seen by the client under test.
    socket.on('error', () => other.destroy())
    socket.on('close', () => {
      sockets.delete(socket)
      other.destroy()
    })
    socket.pipe(other)
  }
  const alpn = speaks === 'http/2' ? { ALPNProtocols: ['h2'] } : {}
  const server = tls.createServer({ cert, key, ...alpn }, (socket) => {
    const plain = net.connect(behind, '127.0.0.1')
    keep(socket, plain)
    keep(plain, socket)
  })
  const listening =
    speaks === 'http/2'
      ? server
      : net.createServer((socket) => {
          socket.on('error', () => socket.destroy())
          const answer = () => {
            if (socket.read(sslRequestBytes) === null) return
            socket.off('readable', answer)
            socket.write('S')
            server.emit('connection', socket)
          }
          socket.on('readable', answer)
        })
  await new Promise<void>((resolve) => {
    listening.listen(0, '127.0.0.1', resolve)
  })
  const breakAll = () => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    port: (listening.address() as AddressInfo).port,
    show(certificate) {
      server.setSecureContext({ cert: certificate.cert, key: certificate.key })
      breakAll()
    },
    close: () => {
      breakAll()
      listening.close()
    },
  }
}
