import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Listening = {
  readonly url: string
  readonly port: number
  /** Takes no new requests, lets those under way end for as long as the limit allows, then cuts the rest off. */
  close(): Promise<void>
}

export type ListenOptions = { readonly host: string; readonly port: number; readonly closeLimitMs?: number }

const why = (error: NodeJS.ErrnoException, { host, port }: ListenOptions): Error => {
  if (error.code === 'EADDRINUSE')
    return new Error(`port ${port} on ${host} is taken by somebody else; choose another one in the configuration`)
  if (error.code === 'EACCES') return new Error(`port ${port} on ${host} may not be opened by this user`)
  return error
}

export const listen = async (handler: RequestListener, options: ListenOptions): Promise<Listening> => {
  const { host, port, closeLimitMs = 5_000 } = options
  let closing = false
  const server = createServer(
    { requestTimeout: 30_000, headersTimeout: 10_000, keepAliveTimeout: 65_000 },
    (request, response) => {
      // A connection that has had its answer after the closing began is idle then, and nobody else would end it.
      response.once('close', () => {
        if (closing) setImmediate(() => server.closeIdleConnections())
      })
      handler(request, response)
    },
  )
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
        server.close((error) => {
          clearTimeout(cut)
          if (error === undefined) resolve()
          else reject(error)
        })
        // Connections kept alive without a request would hold the server open until their time is up.
        server.closeIdleConnections()
      }),
  }
}
