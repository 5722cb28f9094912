import { once } from 'node:events'
import { createServer as createHttp2Server, type ServerHttp2Stream } from 'node:http2'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'

export type BrokenServer = {
  readonly port: number
  close(): Promise<void>
}

/** On a port of its own; hangs up on everybody when it is closed. */
const listening = async (server: Server): Promise<BrokenServer> => {
  const sockets = new Set<Socket>()
  server.prependListener('connection', (socket) => {
    sockets.add(socket)
    // Whoever calls may hang up as it likes: that is what a test is about.
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    // Listening on a port, by what was asked for.
    port: (server.address() as AddressInfo).port,
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

/** Does `greet` with each connection. */
export const serverThat = (greet: (socket: Socket) => void): Promise<BrokenServer> => listening(createServer(greet))

/** Speaks HTTP/2, and does this with each request. */
export const http2ServerThat = (answer: (stream: ServerHttp2Stream) => void): Promise<BrokenServer> => {
  const server = createHttp2Server()
  server.on('stream', (stream: ServerHttp2Stream) => {
    // Whoever calls may hang up as it likes here too.
    stream.on('error', () => undefined)
    answer(stream)
  })
  return listening(server)
}

/** Takes whatever it is sent, and answers nothing. */
export const silentServer = (): Promise<BrokenServer> => serverThat((socket) => socket.resume())

/** Hangs up at once. */
export const closingServer = (): Promise<BrokenServer> => serverThat((socket) => socket.end())

/** Resets the connection as soon as something is asked. */
export const resettingServer = (): Promise<BrokenServer> =>
  serverThat((socket) => socket.once('data', () => socket.resetAndDestroy()))

/** Says this to whoever calls, or to the first thing that is asked; then nothing more, or hangs up. */
export const serverSaying = (
  text: string,
  { first, hangsUp }: { readonly first: 'server' | 'client'; readonly hangsUp: boolean },
): Promise<BrokenServer> =>
  serverThat((socket) => {
    const say = () => {
      if (hangsUp) socket.end(text)
      else socket.write(text)
    }
    if (first === 'server') say()
    else socket.once('data', say)
    socket.resume()
  })

/** A port that nobody listens on. */
export const refusingPort = async (): Promise<number> => {
  const server = await silentServer()
  await server.close()
  return server.port
}

/** Of no machine, by RFC 6761. */
export const unknownHost = 'nothing.invalid'
