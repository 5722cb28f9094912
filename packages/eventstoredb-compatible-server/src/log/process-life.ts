import { readFileSync } from 'node:fs'

/** When the process started, in clock ticks since boot; undefined where there is no /proc. */
export const startOf = (pid: number): string | undefined => stateOf(pid)?.started

/** Whether there is a process with this id, and it is the one that started then: ids are used again. */
export const isAlive = (pid: number, started: string): boolean => {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
  } catch (error) {
    if (isCode(error, 'ESRCH')) return false
    if (!isCode(error, 'EPERM')) throw error
  }
  const state = stateOf(pid)
  if (state === undefined) return true
  return !state.isOver && (started === '' || state.started === started)
}

/** Of a process that has ended but was not asked for yet, nothing is left but its id, unless other threads of it still run. */
const stateOf = (pid: number): { readonly started: string | undefined; readonly isOver: boolean } | undefined => {
  const stat = read(`/proc/${pid}/stat`)
  if (stat === undefined) return undefined
  // The second field is the program's name in parentheses and may hold spaces; the others are counted from there.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return { started: fields[19], isOver: /^[ZX]/.test(fields[0] ?? '') && Number(fields[17]) <= 1 }
}

const read = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    // Also when the process ends between the opening and the reading.
    if (isCode(error, 'ENOENT') || isCode(error, 'ESRCH')) return undefined
    throw error
  }
}

const isCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code
