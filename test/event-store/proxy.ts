import net from 'node:net'

/** Stands before a server and gets in the way. */
export type Proxy = {
  readonly url: string
  /** What the server says is kept back, until `release`. */
  hold(): void
  held(): number
  release(): void
  /** What the server says comes so much later, in its order; 0: at once again. */
  slow(ms: number): void
  /** Nothing more is taken from the clients that are connected now. */
  stall(): void
  /** A black hole, until `speak`: connections are taken, also new ones, and nothing goes through. Then all that was kept does. */
  silence(): void
  speak(): void
  /** From here to the clients all is said, on the connections that there are; from them to the server it goes on. */
  halfClose(): void
  /** Ends all connections; new ones are welcome. */
  cut(): void
  /** Ends all connections; new ones are refused, until `accept`. */
  refuse(): Promise<void>
  accept(): Promise<void>
  close(): void
}

export const startProxy = async (port: number, host = '127.0.0.1'): Promise<Proxy> => {
  let kept: (() => void)[] | undefined
  let isSilent = false
  let laterMs = 0
  const sockets = new Set<net.Socket>()
  const clients = new Set<net.Socket>()
  const server = net.createServer({ allowHalfOpen: true }, (socket) => {
    const behind = net.connect({ port, host, allowHalfOpen: true })
    clients.add(socket)
    for (const [one, other] of [
      [socket, behind],
      [behind, socket],
    ] as const) {
      sockets.add(one)
      // A broken connection is what this is for; the other side hears of it by its own end.
      one.on('error', () => undefined)
      one.on('end', () => other.end())
      one.on('close', () => {
        sockets.delete(one)
        clients.delete(one)
        other.destroy()
      })
    }
    socket.on('data', (bytes) => behind.write(bytes))
    const say = (bytes: Buffer): void => {
      if (!socket.writable) return
      if (kept === undefined) socket.write(bytes)
      else kept.push(() => socket.write(bytes))
    }
    let lastAt = 0
    behind.on('data', (bytes: Buffer) => {
      const now = performance.now()
      // Not before what was said earlier, while that came later.
      lastAt = Math.max(lastAt, now + laterMs)
      if (lastAt === now) say(bytes)
      else setTimeout(() => say(bytes), lastAt - now)
    })
    if (isSilent) for (const one of [socket, behind]) one.pause()
  })
  const listen = (on: number) => new Promise<void>((resolve) => server.listen(on, '127.0.0.1', resolve))
  await listen(0)
  const { port: own } = server.address() as net.AddressInfo
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    url: `esdb://127.0.0.1:${own}?tls=false`,
    hold: () => {
      kept = []
    },
    held: () => kept?.length ?? 0,
    release: () => {
      const all = kept ?? []
      kept = undefined
      for (const send of all) send()
    },
    slow: (ms) => {
      laterMs = ms
    },
    stall: () => {
      for (const socket of sockets) socket.pause()
    },
    silence: () => {
      isSilent = true
      for (const socket of sockets) socket.pause()
    },
    speak: () => {
      isSilent = false
      for (const socket of sockets) socket.resume()
    },
    halfClose: () => {
      for (const socket of clients) socket.end()
    },
    cut,
    refuse: async () => {
      const closed = new Promise((resolve) => server.close(resolve))
      cut()
      await closed
    },
    accept: () => listen(own),
    close: () => {
      cut()
      server.close()
    },
  }
}
