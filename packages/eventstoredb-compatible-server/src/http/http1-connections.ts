import http, { type RequestListener } from 'node:http'
import type { Socket } from 'node:net'

/** Milliseconds that a connection may keep silent in the middle of a request. */
const SILENCE = 10_000

export type Http1Connections = {
  take(socket: Socket): void
  /** Cuts the connections on which nothing is asked at the moment. */
  closeIdle(): void
}

/** HTTP/1.1 without a port of its own: connections are given to it. Node's own list of those that are idle begins with a port. */
export const http1Connections = (listener: RequestListener, silence = SILENCE): Http1Connections => {
  const idle = new Set<Socket>()
  const server = http.createServer((request, response) => {
    const { socket } = request
    idle.delete(socket)
    response.on('close', () => {
      if (!socket.destroyed) idle.add(socket)
    })
    listener(request, response)
  })
  server.setTimeout(silence)
  return {
    take: (socket) => {
      idle.add(socket)
      socket.on('close', () => idle.delete(socket))
      server.emit('connection', socket)
    },
    closeIdle: () => {
      for (const socket of idle) socket.destroy()
    },
  }
}
