import { createLogger, type Fields, type Logger } from '../observability/logger.ts'
import { pause } from '../time/waiting.ts'
import { createCleanups } from './cleanups.ts'

type Closing = { close(): unknown } | { dispose(): unknown } | { end(): unknown }

export type Started = {
  /**
   * Keeps a resource until the process ends; what was kept last is ended first. How it ends: by `close`, where one is given, else by
   * its own `close`, `dispose` or `end`.
   */
  with<Resource extends Closing>(resource: Resource | Promise<Resource>): Promise<Resource>
  with<Resource>(resource: Resource | Promise<Resource>, close: (resource: Resource) => unknown): Promise<Resource>
  readonly logger: Logger
  /** Aborts when the process is told to end. It serves on for a while then (`serving`), for those who have not heard of it yet. */
  readonly leaving: AbortSignal
  /** Aborts when the process begins to drain. */
  readonly signal: AbortSignal
  /**
   * The start is over: whoever knows the process may send it requests. Told to end from now on, it goes on with all it does for so
   * many milliseconds, and drains then.
   */
  serving(goesOnMs: number): void
  /** Every line of the log has these fields from now on, as they are when it is written. */
  logsAlso(fields: () => Fields | undefined): void
  /** Something that may never fail has failed: says so, undoes everything, and exits 1. */
  fail(error: unknown): void
}

export type RunOptions = {
  /** LOG_LEVEL and LOG_FORMAT; EXIT_WITH_PARENT=1: drain when the pipe on stdin closes, as it does when the parent dies. */
  readonly env: NodeJS.ProcessEnv
  /** How long the undoing may take in all, in milliseconds. */
  readonly drainLimitMs?: number
}

const endOf = (resource: unknown): (() => unknown) => {
  const { close, dispose, end } = resource as { close?: unknown; dispose?: unknown; end?: unknown }
  const found = [close, dispose, end].find((method) => typeof method === 'function')
  if (found === undefined) throw new Error('a resource without close, dispose or end was kept')
  return () => (found as () => unknown).call(resource)
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error)).replaceAll('\n', ' ')

/**
 * The life of a process: `main` starts things in order and keeps them with `started.with`; the process then serves until SIGTERM,
 * SIGINT, its parent's end, or a failure; then everything is undone, last first. After a signal, it serves on for as long as `main` has
 * said, so that nobody sends it anything any more when it drains. A second signal ends it where it stands. A start that
 * fails says why in one line, undoes what was started and exits 1; an error that nobody handled is logged and exits 1 at once, since
 * nobody knows what state it left behind.
 */
export const run = async (
  name: string,
  options: RunOptions,
  main: (started: Started) => Promise<void>,
): Promise<void> => {
  const { env, drainLimitMs = 20_000 } = options
  let also: () => Fields | undefined = () => undefined
  const logger = createLogger({
    service: name,
    level: env['LOG_LEVEL'],
    format: env['LOG_FORMAT'],
    also: () => also(),
  })
  const cleanups = createCleanups((resource, error) => logger.error('clean-up failed', { resource, error }))
  const leaving = new AbortController()
  const draining = new AbortController()
  let goesOnMs = 0

  const finish = async (exitCode: number): Promise<never> => {
    leaving.abort()
    draining.abort()
    const tooLong = setTimeout(() => {
      logger.error('shutdown timed out', { limitMs: drainLimitMs })
      process.exit(1)
    }, drainLimitMs)
    await cleanups.run()
    clearTimeout(tooLong)
    process.exit(exitCode)
  }

  const drain = (reason: string, exitCode: number) => {
    logger.info('shutting down', { reason })
    void finish(exitCode)
  }

  const leave = async (reason: string) => {
    logger.info('shutting down', { reason, goesOnMs })
    leaving.abort()
    await pause(goesOnMs, draining.signal)
    // A failure, or the parent's end, that came meanwhile has no time for this.
    if (!draining.signal.aborted) await finish(0)
  }

  const onSignal = (signal: NodeJS.Signals) => {
    if (leaving.signal.aborted) process.exit(signal === 'SIGINT' ? 130 : 143)
    void leave(signal)
  }
  process.on('SIGTERM', onSignal)
  process.on('SIGINT', onSignal)

  const onUnhandled = (error: unknown) => {
    logger.error('unhandled error', { error })
    process.exit(1)
  }
  process.on('uncaughtException', onUnhandled)
  process.on('unhandledRejection', onUnhandled)

  if (env['EXIT_WITH_PARENT'] === '1') {
    const orphaned = () => {
      if (!draining.signal.aborted) drain('parent is gone', 0)
    }
    process.stdin.on('end', orphaned).on('close', orphaned).on('error', orphaned).resume()
  }

  const started: Started = {
    logger,
    leaving: leaving.signal,
    signal: draining.signal,
    serving(milliseconds) {
      goesOnMs = milliseconds
    },
    logsAlso(fields) {
      also = fields
    },
    with: async <Resource>(
      pending: Resource | Promise<Resource>,
      close?: (resource: Resource) => unknown,
    ): Promise<Resource> => {
      const resource = await pending
      const end = close === undefined ? endOf(resource) : () => close(resource)
      // A signal that came while this one was starting: the stack is being undone and cannot take it any more.
      if (cleanups.begun) {
        await end()
        throw new Error('stopped while starting')
      }
      cleanups.add(resource?.constructor.name ?? name, end)
      return resource
    },
    fail: (error) => {
      logger.error('fatal error', { error })
      if (!draining.signal.aborted) drain('a failure', 1)
    },
  }

  try {
    await main(started)
  } catch (error) {
    if (draining.signal.aborted) return
    logger.error(`${name} could not start: ${messageOf(error)}`)
    logger.debug('the failed start', { error })
    await finish(1)
  }
}
