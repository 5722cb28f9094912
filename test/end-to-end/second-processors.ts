import { join } from 'node:path'
import { Child } from '../../embedded/shop/child.ts'
import { untilHealthy } from '../../embedded/shop/health.ts'
import { heapArguments } from '../../embedded/shop/heaps.ts'
import { freePort } from '../../embedded/ports.ts'
import type { Shop } from '../../embedded/shop/shop.ts'

export type SecondProcessors = {
  readonly url: string
  /** Deaths that nobody asked for, one line each. */
  readonly deaths: readonly string[]
  /** SIGKILL; it is started again. */
  kill(): void
  pid(): number | undefined
  /** Comes to the end of what it has begun. */
  stop(): Promise<void>
}

/**
 * Another process of the shop's processors, on the same stores and with the same outside; with some of the services, if `more` says so.
 * Answers when it says that it can serve.
 */
export const startSecondProcessors = async (
  { environment, logs }: Shop,
  more: Readonly<NodeJS.ProcessEnv> = {},
): Promise<SecondProcessors> => {
  const port = await freePort()
  const deaths: string[] = []
  const child = new Child({
    name: 'processors-2',
    nodeArguments: heapArguments('processors'),
    program: 'processors/main.ts',
    environment: { ...environment, ...more, PROCESSORS_PORT: String(port) },
    logFile: join(logs, 'processors-2.log'),
    onDeath: ({ name, how }) => deaths.push(`${name}: ${how}`),
  })
  const url = `http://127.0.0.1:${port}`
  child.start()
  try {
    await untilHealthy(`${url}/health/ready`, 60_000)
  } catch (error) {
    await child.stop()
    throw new Error(`the second processors could not be started (deaths: ${deaths.join(', ') || 'none'})`, {
      cause: error,
    })
  }
  return { url, deaths, kill: () => child.kill(), pid: () => child.pid, stop: () => child.stop() }
}
