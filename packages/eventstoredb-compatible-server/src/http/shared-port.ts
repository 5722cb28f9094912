import net from 'node:net'

/** How every HTTP/2 connection without TLS begins; HTTP/1.1 requests never do. */
const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')

/** How long a connection may keep silent about what it is. */
const SILENCE = 10_000

export type SharedPort = {
  readonly port: number
  /** Takes no new connections, and cuts those that have not said yet what they are; the others stay. */
  close(): void
  /** Resolves when the last connection is gone. */
  emptied(): Promise<void>
  /** Cuts every connection. */
  destroyAll(): void
  /** Cuts one connection, by the port at its other end. */
  destroy(remotePort: number): void
  /** How many connections there are. */
  count(): number
}

type Protocols = { http1(socket: net.Socket): void; http2(socket: net.Socket): void }

/** One port for both protocols: the first bytes of a connection say which it is. Rejects when the port is taken. */
export const openSharedPort = async (host: string, port: number, protocols: Protocols): Promise<SharedPort> => {
  const sockets = new Set<net.Socket>()
  const silent = new Set<net.Socket>()
  const waiting: (() => void)[] = []
  const server = net.createServer({ noDelay: true }, (socket) => {
    sockets.add(socket)
    silent.add(socket)
    socket.on('close', () => {
      sockets.delete(socket)
      silent.delete(socket)
      if (sockets.size === 0) for (const resolve of waiting.splice(0)) resolve()
    })
    sniff(socket, protocols, () => silent.delete(socket))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('A TCP port was expected.')
  return {
    port: address.port,
    close: () => {
      server.close()
      for (const socket of silent) socket.destroy()
    },
    emptied: () =>
      new Promise((resolve) => {
        if (sockets.size === 0) resolve()
        else waiting.push(resolve)
      }),
    destroyAll: () => {
      for (const socket of sockets) socket.destroy()
    },
    destroy: (remotePort) => {
      for (const socket of sockets) if (socket.remotePort === remotePort) socket.destroy()
    },
    count: () => sockets.size,
  }
}

const sniff = (socket: net.Socket, protocols: Protocols, known: () => void): void => {
  const ignore = (): void => {
    socket.destroy()
  }
  let seen = Buffer.alloc(0)
  const look = (chunk: Buffer): void => {
    seen = Buffer.concat([seen, chunk])
    const compared = Math.min(seen.length, PREFACE.length)
    const isHttp2 = seen.subarray(0, compared).equals(PREFACE.subarray(0, compared))
    if (isHttp2 && compared < PREFACE.length) return
    known()
    socket.pause()
    socket.off('data', look)
    socket.off('error', ignore)
    socket.off('timeout', ignore)
    socket.setTimeout(0)
    socket.unshift(seen)
    if (isHttp2) {
      protocols.http2(socket)
    } else {
      protocols.http1(socket)
      // Only HTTP/2 takes over a paused socket.
      socket.resume()
    }
  }
  socket.on('data', look)
  socket.on('error', ignore)
  socket.on('timeout', ignore)
  socket.setTimeout(SILENCE)
}
