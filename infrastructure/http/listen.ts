import { createServer, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { answerClientErrors } from './client-errors.ts'
import { limitConnections, type ConnectionLimit } from './connection-limit.ts'

export type Listening = {
  readonly url: string
  readonly port: number
  /** Takes no new requests, lets those under way end for as long as the limit allows, then cuts the rest off. */
  close(): Promise<void>
}

export type ListenOptions = {
  readonly host: string
  readonly port: number
  /** The variable that the port comes from: whoever cannot have it is told what to change. */
  readonly variable?: string
  readonly closeLimitMs?: number
  /** How long, when it closes, a connection is waited for on which nobody has asked anything yet: proxies open them in advance. */
  readonly unusedLimitMs?: number
  /** From here on every answer is the last on its connection, so that a client that keeps its connections looks for another server. */
  readonly leaving?: AbortSignal
  /** Any number of connections without it. */
  readonly connections?: ConnectionLimit
  /** How long the head of a request may take to come. */
  readonly headersLimitMs?: number
}

const why = (error: NodeJS.ErrnoException, { host, port, variable }: ListenOptions): Error => {
  const remedy = variable === undefined ? 'choose another one in the configuration' : `set ${variable} to another one`
  if (error.code === 'EADDRINUSE')
    return new Error(`port ${port} on ${host} is taken by somebody else; ${remedy}`, { cause: error })
  if (error.code === 'EACCES')
    return new Error(`port ${port} on ${host} may not be opened by this user; ${remedy}`, { cause: error })
  if (['EADDRNOTAVAIL', 'ENOTFOUND', 'EAI_AGAIN'].includes(error.code ?? ''))
    return new Error(`${host} is no address of this machine; set HOST to one, or to 0.0.0.0 for all`, { cause: error })
  return error
}

/** Once told so, the headers of every answer say that its connection ends with it, as far as they have not gone out. */
const lastAnswers = (leaving: AbortSignal | undefined) => {
  const open = new Set<ServerResponse>()
  const isLast = (response: ServerResponse) => {
    if (!response.headersSent) response.setHeader('Connection', 'close')
  }
  leaving?.addEventListener('abort', () => open.forEach(isLast), { once: true })
  return (response: ServerResponse) => {
    if (leaving?.aborted === true) {
      isLast(response)
      return
    }
    open.add(response)
    response.once('close', () => open.delete(response))
  }
}

export const listen = async (handler: RequestListener, options: ListenOptions): Promise<Listening> => {
  const { host, port, closeLimitMs = 5_000, unusedLimitMs = 1_000, headersLimitMs = 10_000 } = options
  const unused = new Set<Socket>()
  let closing = false
  const announce = lastAnswers(options.leaving)
  const server = createServer(
    {
      requestTimeout: 30_000,
      headersTimeout: headersLimitMs,
      keepAliveTimeout: 65_000,
      // Node looks for what is too slow every thirty seconds alone, and ten would be up to forty.
      connectionsCheckingInterval: Math.min(1_000, headersLimitMs),
    },
    (request, response) => {
      announce(response)
      unused.delete(request.socket)
      // A connection that has had its answer after the closing began is idle then, and nobody else would end it.
      response.once('close', () => {
        if (closing) setImmediate(() => server.closeIdleConnections())
      })
      handler(request, response)
    },
  )
  answerClientErrors(server)
  if (options.connections !== undefined) limitConnections(server, options.connections)
  server.on('connection', (socket: Socket) => {
    unused.add(socket)
    socket.once('close', () => unused.delete(socket))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(why(error, options)))
    server.listen(port, host, resolve)
  })
  const address = server.address() as AddressInfo
  const name = host.includes(':') ? `[${host}]` : host

  return {
    url: `http://${name}:${address.port}`,
    port: address.port,
    close: () =>
      new Promise<void>((resolve, reject) => {
        closing = true
        const cut = setTimeout(() => server.closeAllConnections(), closeLimitMs)
        const cutUnused = setTimeout(() => unused.forEach((socket) => socket.destroy()), unusedLimitMs)
        server.close((error) => {
          clearTimeout(cut)
          clearTimeout(cutUnused)
          if (error === undefined) resolve()
          else reject(error)
        })
        // Connections kept alive without a request would hold the server open until their time is up.
        server.closeIdleConnections()
      }),
  }
}
