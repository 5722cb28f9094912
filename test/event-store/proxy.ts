import net from 'node:net'

/** Stands before a server and gets in the way. */
export type Proxy = {
  readonly url: string
  /** What the server says is kept back, until `release`. */
  hold(): void
  held(): number
  release(): void
  /** Nothing more is taken from the clients that are connected now. */
  stall(): void
  /** Ends all connections; new ones are welcome. */
  cut(): void
  close(): void
}

export const startProxy = async (port: number): Promise<Proxy> => {
  let kept: (() => void)[] | undefined
  const sockets = new Set<net.Socket>()
  const server = net.createServer((socket) => {
    const behind = net.connect(port, '127.0.0.1')
    for (const [one, other] of [
      [socket, behind],
      [behind, socket],
    ] as const) {
      sockets.add(one)
      // A broken connection is what this is for; the other side hears of it by its own end.
      one.on('error', () => undefined)
      one.on('close', () => {
        sockets.delete(one)
        other.destroy()
      })
    }
    socket.on('data', (bytes) => behind.write(bytes))
    behind.on('data', (bytes) => {
      if (kept === undefined) socket.write(bytes)
      else kept.push(() => socket.write(bytes))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    url: `esdb://127.0.0.1:${(server.address() as net.AddressInfo).port}?tls=false`,
    hold: () => {
      kept = []
    },
    held: () => kept?.length ?? 0,
    release: () => {
      const all = kept ?? []
      kept = undefined
      for (const send of all) send()
    },
    stall: () => {
      for (const socket of sockets) socket.pause()
    },
    cut,
    close: () => {
      cut()
      server.close()
    },
  }
}
