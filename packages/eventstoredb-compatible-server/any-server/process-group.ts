import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'

export type ProcessGroup = {
  /** How the process that was started has ended: its exit code, or the signal it died of. */
  readonly ended: Promise<string>
  /** The same, or undefined while it runs. */
  howItEnded(): string | undefined
  /** Sends the signal to all of the group, and SIGKILL when the process has not ended within the limit. Resolves when it has. */
  end(signal: NodeJS.Signals, limitMs?: number): Promise<void>
}

const signalGroup = (pid: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(-pid, signal)
  } catch (error) {
    // Gone already: what was wanted.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

const alive = new Set<number>()
process.on('exit', () => {
  for (const pid of alive) signalGroup(pid, 'SIGKILL')
})

/**
 * Starts a program, without a shell, in a process group of its own. What it prints is added to a file. When it ends, the rest of its group
 * is killed, and when this process exits, all of it. Its standard input is a pipe that closes with this process, however that ends.
 * @throws when there is no such program
 */
export const startProcessGroup = async (
  [program = '', ...programArguments]: readonly string[],
  { environment, logFile }: { readonly environment: NodeJS.ProcessEnv; readonly logFile: string },
): Promise<ProcessGroup> => {
  const log = openSync(logFile, 'a')
  const child = spawn(program, programArguments, { env: environment, stdio: ['pipe', log, log], detached: true })
  closeSync(log)
  // Nothing is written, but a pipe whose reader dies tells so by an error.
  child.stdin?.on('error', () => undefined)
  let how: string | undefined
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => resolve((how = signal ?? `exit code ${code}`)))
  })
  await once(child, 'spawn')
  const { pid } = child
  if (pid === undefined) throw new Error(`${program} was started, and has no process id`)
  alive.add(pid)
  void ended.then(() => {
    signalGroup(pid, 'SIGKILL')
    alive.delete(pid)
  })

  return {
    ended,
    howItEnded: () => how,
    async end(signal, limitMs = 20_000) {
      if (how !== undefined) return
      signalGroup(pid, signal)
      const timer = setTimeout(() => signalGroup(pid, 'SIGKILL'), limitMs)
      await ended
      clearTimeout(timer)
    },
  }
}
