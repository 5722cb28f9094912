import { randomInt } from 'node:crypto'
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

/**
 * Below the ports that systems give to connections going out (Linux from 32768, others from 49152): one of those is soon somebody's,
 * between being found free and being listened on.
 */
const [lowest, highest] = [10_000, 32_767]
const given = new Set<number>()

/** A port that was free a moment ago, and that nobody in this process was given before. */
export const freePort = async (): Promise<number> => {
  for (let attempt = 0; attempt < 1_000; attempt += 1) {
    const port = randomInt(lowest, highest + 1)
    if (given.has(port) || (await tryToListen(port)) === undefined) continue
    given.add(port)
    return port
  }
  throw new Error(`no free port on 127.0.0.1 from ${lowest} to ${highest}`)
}
