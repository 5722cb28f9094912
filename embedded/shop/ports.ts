import { createServer } from 'node:net'

export type PortWish = { readonly what: string; readonly variable: string; readonly port: number }

const tryToListen = (port: number): Promise<number | undefined> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(undefined))
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = server.address()
      const chosen = typeof address === 'object' && address !== null ? address.port : undefined
      server.close(() => resolve(chosen))
    })
  })

/** Those of the wished ports that somebody else listens on, on 127.0.0.1. */
export const takenPorts = async (wishes: readonly PortWish[]): Promise<readonly PortWish[]> => {
  const taken: PortWish[] = []
  for (const wish of wishes) if ((await tryToListen(wish.port)) === undefined) taken.push(wish)
  return taken
}

/** A port that was free a moment ago. */
export const freePort = async (): Promise<number> => {
  const port = await tryToListen(0)
  if (port === undefined) throw new Error('no free port on 127.0.0.1')
  return port
}
