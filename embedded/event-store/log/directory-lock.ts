import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const LOCK = 'owner.lock'

/**
 * One process a data directory. The lock is a file that names its owner; an owner that was killed leaves it behind, so it only counts
 * while that very process is alive. Where the system says when a process started, a reused process id is told from the owner.
 * Throws when another process has the directory. Returns how to give it back.
 */
export const lockDirectory = (directory: string): (() => void) => {
  mkdirSync(directory, { recursive: true })
  const path = join(directory, LOCK)
  const mine = `${process.pid} ${startOf(process.pid) ?? ''}`
  while (!create(path, mine)) {
    const owner = read(path)
    if (owner === undefined) continue
    if (isAlive(owner)) throw new Error(`The data in ${directory} is in use by process ${owner.split(' ')[0]}.`)
    takeAway(path, owner)
  }
  return () => {
    if (read(path) === mine) rmSync(path, { force: true })
  }
}

/** True when the directory was locked by a process that is gone. */
export const isAbandoned = (directory: string): boolean => {
  const owner = read(join(directory, LOCK))
  return owner !== undefined && !isAlive(owner)
}

/** The file appears with its content or not at all: whoever finds it must be able to read its owner. */
const create = (path: string, owner: string): boolean => {
  const draft = `${path}.${process.pid}.new`
  writeFileSync(draft, owner)
  try {
    linkSync(draft, path)
    return true
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false
    throw error
  } finally {
    rmSync(draft, { force: true })
  }
}

const read = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined
    throw error
  }
}

/** Removes the lock of a dead owner. Somebody else may do the same just now: what was moved away must be what was looked at. */
const takeAway = (path: string, owner: string): void => {
  const aside = `${path}.${process.pid}`
  try {
    renameSync(path, aside)
    if (read(aside) !== owner) linkSync(aside, path)
  } catch (error) {
    if (!isCode(error, 'ENOENT') && !isCode(error, 'EEXIST')) throw error
  }
  rmSync(aside, { force: true })
}

const isAlive = (owner: string): boolean => {
  const [id, started] = owner.split(' ')
  const pid = Number(id)
  if (!Number.isSafeInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
  } catch (error) {
    if (isCode(error, 'ESRCH')) return false
    if (!isCode(error, 'EPERM')) throw error
  }
  const start = startOf(pid)
  return start === undefined || started === undefined || started === '' || start === started
}

/** When the process started, in clock ticks since boot; undefined where there is no /proc. */
const startOf = (pid: number): string | undefined => {
  const stat = read(`/proc/${pid}/stat`)
  // The second field is the program's name in parentheses and may hold spaces; the start is the twentieth after it.
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
}

const isCode = (error: unknown, code: string): boolean => error instanceof Error && 'code' in error && error.code === code
