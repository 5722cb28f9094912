import { connect } from 'node:net'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import getPort from 'get-port'
import { until } from '../src/testing/until.ts'
import { wordsOf } from './command-words.ts'
import { startProcessGroup, type ProcessGroup } from './process-group.ts'

export type ServerByCommand = {
  /** The connection string. */
  readonly url: string
  readonly port: number
  readonly data: string
  /**
   * Again, on the same port and data. A server that was killed may give back its lock on the data, or its port, only after some seconds:
   * one that ends before it is ready is started again until the limit is over.
   */
  start(): Promise<void>
  /** SIGTERM; SIGKILL when it has not ended within twenty seconds. Resolves when nothing listens on the port any more. */
  stop(): Promise<void>
  /** SIGKILL to all of its group. Resolves when nothing listens on the port any more. */
  kill(): Promise<void>
  /** Kills it if it runs, and forgets its data. Rejects if it had ended without having been asked to. */
  close(): Promise<void>
}

export type ServerByCommandOptions = {
  /** Free ones without these. */
  readonly port?: number
  readonly replicationPort?: number
  /** Is left there by `close`. Without it the server gets a folder of its own, which is not. */
  readonly data?: string
  /** How long a start may take, with all its tries. */
  readonly startLimitMs?: number
}

const pauseBetweenTriesMs = 500
const pauseBetweenLooksMs = 40

/** Without what a server might take for settings of its own: EventStoreDB reads all variables that begin with EVENTSTORE_. */
const environmentOf = ({
  EVENTSTORE_URL: _url,
  EVENTSTORE_COMMAND: _command,
  ...rest
}: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({ ...rest, EXIT_WITH_PARENT: '1' })

/** Takes its time when it is not: a server that starts is not to be kept busy by the question. */
const isHealthy = async (port: number): Promise<boolean> => {
  const ok = await fetch(`http://127.0.0.1:${port}/health/live`, { signal: AbortSignal.timeout(1_000) }).then(
    (answer) => answer.ok,
    () => false,
  )
  if (!ok) await delay(pauseBetweenLooksMs)
  return ok
}

const listensOn = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })

/**
 * Starts an event store, insecure and of one node, by a command (see `wordsOf`) in which `{port}` stands for its port on 127.0.0.1, `{data}`
 * for its folder and, where one is needed, `{replication-port}` for a second port. It runs in a process group of its own. What the command
 * starts has to be the server itself: SIGKILL to `docker run`, or to a script that does not `exec`, is none to the server.
 * Resolves when `/health/live` says that it is ready.
 */
export const startServerByCommand = async (
  command: string,
  options: ServerByCommandOptions = {},
): Promise<ServerByCommand> => {
  const words = wordsOf(command)
  for (const needed of ['{port}', '{data}']) {
    if (!words.some((word) => word.includes(needed))) throw new Error(`no ${needed} in the command: ${command}`)
  }
  const { startLimitMs = 60_000 } = options
  const port = options.port ?? (await getPort({ host: '127.0.0.1' }))
  const replicationPort = options.replicationPort ?? (await getPort({ host: '127.0.0.1' }))
  const folder = mkdtempSync(join(tmpdir(), 'event-store-'))
  const data = options.data ?? join(folder, 'data')
  const logFile = join(folder, 'log')
  const filled = words.map((word) =>
    word
      .replaceAll('{port}', String(port))
      .replaceAll('{replication-port}', String(replicationPort))
      .replaceAll('{data}', () => data),
  )
  let running: ProcessGroup | undefined

  const failure = (what: string): Error =>
    new Error(`${filled.join(' ')}: ${what}\n${readFileSync(logFile, 'utf8').slice(-2_000)}`)

  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const group = running
    if (group === undefined) return
    running = undefined
    const hadEnded = group.howItEnded() !== undefined
    await group.end(signal)
    if (hadEnded || (signal === 'SIGKILL' && group.howItEnded() !== signal))
      throw failure(`it had ended by itself (${group.howItEnded()})`)
    await until(
      `nothing listens on port ${port}: what the command started has ended`,
      async () => !(await listensOn(port)),
      20_000,
    )
  }

  const start = async (triesAgain: boolean): Promise<void> => {
    if (running !== undefined) throw new Error('the server runs already')
    const giveUpAt = Date.now() + startLimitMs
    for (;;) {
      const group = await startProcessGroup(filled, { environment: environmentOf(process.env), logFile })
      running = group
      const gone = new AbortController()
      void group.ended.then(() => gone.abort())
      try {
        await until(
          '/health/live says that it is ready',
          async () => {
            gone.signal.throwIfAborted()
            return isHealthy(port)
          },
          giveUpAt - Date.now(),
        )
        // What answered may be another, on the port that this one couldn't have.
        if (!gone.signal.aborted) return
      } catch (error) {
        if (!gone.signal.aborted) {
          await end('SIGKILL')
          throw failure(error instanceof Error ? error.message : String(error))
        }
      }
      running = undefined
      if (!triesAgain || Date.now() + pauseBetweenTriesMs >= giveUpAt)
        throw failure(`it ended before it was ready (${group.howItEnded()})`)
      await delay(pauseBetweenTriesMs)
    }
  }

  const close = async (): Promise<void> => {
    try {
      await end('SIGKILL')
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }

  try {
    await start(false)
  } catch (error) {
    await close()
    throw error
  }
  return {
    url: `esdb://127.0.0.1:${port}?tls=false`,
    port,
    data,
    start: () => start(true),
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    close,
  }
}
