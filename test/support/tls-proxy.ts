import { readFileSync } from 'node:fs'
import net, { type AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import tls from 'node:tls'

/** Of a certificate that has signed itself, and its key: for nobody's secrets, both are in the repository. Good until 2119. */
export type TestCertificate = { readonly certFile: string; readonly cert: Buffer; readonly key: Buffer }

const testCertificate = (name: string): TestCertificate => {
  const fileOf = (what: string) => fileURLToPath(new URL(`../event-store/${name}.${what}.pem`, import.meta.url))
  return { certFile: fileOf('cert'), cert: readFileSync(fileOf('cert')), key: readFileSync(fileOf('key')) }
}

/** For `localhost` and 127.0.0.1. */
export const localhostCertificate = testCertificate('localhost')
/** For `elsewhere.example`. */
export const elsewhereCertificate = testCertificate('elsewhere')

export type TlsProxy = { readonly port: number; close(): void }

/** Stands before a server that knows no TLS, and speaks TLS for it: HTTP/2, which gRPC asks for. */
export const startTlsProxy = async (behind: number, { cert, key }: TestCertificate): Promise<TlsProxy> => {
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
  const server = tls.createServer({ cert, key, ALPNProtocols: ['h2'] }, (socket) => {
    const plain = net.connect(behind, '127.0.0.1')
    keep(socket, plain)
    keep(plain, socket)
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}
