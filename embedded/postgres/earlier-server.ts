import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, readlinkSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

type ProcessFacts = { command: string; parent: number; folder: string | undefined }

/** What the system says of a process; undefined when it is gone or is only waiting for its parent to notice that. */
const look = (pid: number): ProcessFacts | undefined => {
  if (!existsSync('/proc/self/stat')) {
    const [parent, ...command] = spawnSync('ps', ['-o', 'ppid=,command=', '-p', String(pid)], { encoding: 'utf8' })
      .stdout.trim()
      .split(/\s+/)
    return command.length === 0 ? undefined : { command: command.join(' '), parent: Number(parent), folder: undefined }
  }
  try {
    // The name in brackets may hold spaces; the state and the parent follow it.
    const [state, parent] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
    if (state === 'Z' || state === 'X') return undefined
    return {
      command: readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' '),
      parent: Number(parent),
      folder: readlinkSync(`/proc/${pid}/cwd`),
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ESRCH') return undefined
    if (code === 'EACCES') return { command: '', parent: 0, folder: undefined } // somebody else's process
    throw error
  }
}

/** A process number is given again: only a process that serves this very directory counts. */
const serves = (facts: ProcessFacts | undefined, cluster: string): facts is ProcessFacts =>
  facts !== undefined && (facts.folder === cluster || facts.command.includes(cluster))

/** Within so many milliseconds, and for as long as it is worth waiting. */
const hasEnded = async (
  pid: number,
  cluster: string,
  within: number,
  isWorthWaiting = () => true,
): Promise<boolean> => {
  const end = Date.now() + within
  while (serves(look(pid), cluster)) {
    if (Date.now() > end || !isWorthWaiting()) return false
    await pause(50)
  }
  return true
}

/**
 * Makes room for a new server on `cluster`. A server left over from a run that was killed ends by itself when its supervisor is alive
 * (waited for), and is told to end when that is dead, too. A note about a process that is something else by now is removed.
 * Rejects when another run is using the cluster. `patienceMs`: how long a server has for ending.
 */
export const clearEarlierServer = async (cluster: string, patienceMs = 15_000): Promise<void> => {
  const note = join(cluster, 'postmaster.pid')
  if (!existsSync(note)) return
  const pid = Number.parseInt(await readFile(note, 'utf8'), 10)
  const facts = Number.isInteger(pid) && pid > 0 ? look(pid) : undefined
  if (facts === undefined) return // PostgreSQL itself handles the note of a dead process, and looks for its orphans
  if (!serves(facts, cluster)) return rm(note, { force: true })

  // Its supervisor ends it; or has died, perhaps only now, and then it is ended from here.
  const isSupervised = (): boolean => look(look(pid)?.parent ?? 0)?.command.includes('supervisor.ts') === true
  if (await hasEnded(pid, cluster, patienceMs, isSupervised)) return
  if (isSupervised())
    throw new Error(`PostgreSQL is already running on ${cluster} (process ${pid}): is it started elsewhere?`)
  process.kill(pid, 'SIGINT')
  if (await hasEnded(pid, cluster, patienceMs)) return
  process.kill(pid, 'SIGQUIT') // ends at once; the log is replayed at the next start
  if (!(await hasEnded(pid, cluster, patienceMs)))
    throw new Error(`PostgreSQL of an earlier run (process ${pid}) does not end`)
}
