import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { createDeathCount, restartDelayMs } from './death-count.ts'

export type ChildOptions = {
  readonly name: string
  readonly nodeArguments?: readonly string[]
  /** Path of the program, from the project's root. */
  readonly program: string
  readonly arguments?: readonly string[]
  readonly environment: NodeJS.ProcessEnv
  readonly logFile: string
  /** Told of every death that nobody asked for. */
  readonly onDeath: (death: { name: string; how: string; restarted: boolean }) => void
}

/**
 * A child process in a group of its own, started again when it dies. Its standard input is a pipe from here: when this process ends,
 * however it ends, the pipe closes and the child ends itself (EXIT_WITH_PARENT).
 */
export class Child {
  readonly name: string
  readonly #options: ChildOptions
  #process: ChildProcess | undefined
  #wanted = false
  readonly #deaths = createDeathCount()
  #restart: NodeJS.Timeout | undefined

  constructor(options: ChildOptions) {
    this.name = options.name
    this.#options = options
  }

  get pid(): number | undefined {
    return this.#process?.pid
  }

  start(): void {
    this.#wanted = true
    const log = openSync(this.#options.logFile, 'a')
    const { nodeArguments = [], program, arguments: programArguments = [], environment } = this.#options
    const child = spawn(process.execPath, [...nodeArguments, program, ...programArguments], {
      env: { ...environment, EXIT_WITH_PARENT: '1' },
      stdio: ['pipe', log, log],
      detached: true,
    })
    closeSync(log)
    this.#process = child
    // Writing nothing, but a pipe whose reader dies tells so by an error.
    child.stdin?.on('error', () => undefined)
    child.once('error', (error) => this.#died(String(error)))
    child.once('exit', (code, signal) => this.#died(signal === null ? `exit code ${code}` : signal))
  }

  /** SIGTERM, and SIGKILL when it has not ended within the limit. */
  async stop(limitMs = 10_000): Promise<void> {
    this.#wanted = false
    clearTimeout(this.#restart)
    this.#restart = undefined
    const child = this.#process
    if (child === undefined) return
    const ended = once(child, 'exit')
    this.#signal('SIGTERM')
    const timer = setTimeout(() => this.#signal('SIGKILL'), limitMs)
    await ended
    clearTimeout(timer)
  }

  /** SIGKILL to the whole group, now; it is started again. */
  kill(): void {
    this.#signal('SIGKILL')
  }

  #signal(signal: NodeJS.Signals): void {
    const pid = this.#process?.pid
    if (pid === undefined) return
    try {
      process.kill(-pid, signal)
    } catch (error) {
      // Gone already: what was wanted.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
  }

  #died(how: string): void {
    if (this.#process === undefined) return
    this.#process = undefined
    if (!this.#wanted) return
    const restarted = this.#deaths.restartIsDue(Date.now())
    if (restarted) {
      this.#restart = setTimeout(() => {
        this.#restart = undefined
        this.start()
      }, restartDelayMs)
    }
    this.#options.onDeath({ name: this.name, how, restarted })
  }
}
