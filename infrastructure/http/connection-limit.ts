import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import { countedAs } from './client-address.ts'

export type ConnectionLimit = {
  /** Open at once. The next is closed before anything is read from it. */
  readonly all: number
  /** … of one address. A proxy in front is one, and so is a /64 of IPv6. */
  readonly ofOneAddress: number
}

/** Bounds the connections of a server: each is a file descriptor, and a process that has none left reaches no store either. */
export const limitConnections = (server: Server, { all, ofOneAddress }: ConnectionLimit): void => {
  server.maxConnections = all
  const open = new Map<string, number>()
  server.on('connection', (socket: Socket) => {
    const address = countedAs(socket.remoteAddress ?? '') ?? 'unknown'
    const ofAddress = (open.get(address) ?? 0) + 1
    open.set(address, ofAddress)
    socket.once('close', () => {
      const left = (open.get(address) ?? 1) - 1
      if (left === 0) open.delete(address)
      else open.set(address, left)
    })
    if (ofAddress > ofOneAddress) socket.destroy()
  })
}
