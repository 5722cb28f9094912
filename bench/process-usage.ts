import { readdirSync, readFileSync } from 'node:fs'

/** Of a process with all that it has started. */
export type Usage = {
  /** User and system time since its start, that of children which have ended included. */
  readonly cpuMs: number
  /** Proportional set size: what several share counts for each with its part. */
  readonly pssMebibytes: number
}

/** What the system shows of its processes at one moment. */
export type Processes = {
  usageOf(pid: number): Usage
  /** Processes started by this one whose command line holds the text. */
  startedBy(pid: number, text: string): readonly number[]
}

/** Linux shows times to everybody in hundredths of a second. */
const tickMs = 10

type Entry = { readonly parent: number; readonly cpuMs: number }

/** Undefined for a process that has ended meanwhile, or is somebody else's. */
const read = (file: string): string | undefined => {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    if (['ENOENT', 'ESRCH', 'EACCES'].includes(code)) return undefined
    throw error
  }
}

/** The name, which may hold anything, stands in brackets; after it: state, parent, …, the four times at places 11 to 14. */
export const entryOf = (stat: string): Entry => {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0)
  return { parent: Number(fields[1]), cpuMs: ticks * tickMs }
}

const pssOf = (pid: number): number =>
  Number(/^Pss:\s+(\d+) kB/m.exec(read(`/proc/${pid}/smaps_rollup`) ?? '')?.[1] ?? 0) / 1_024

/** Undefined where there is no /proc: it is read on Linux alone. */
export const lookAtProcesses = (): Processes | undefined => {
  if (process.platform !== 'linux') return undefined
  const entries = new Map<number, Entry>()
  const children = new Map<number, number[]>()
  for (const name of readdirSync('/proc')) {
    const stat = /^\d+$/.test(name) ? read(`/proc/${name}/stat`) : undefined
    if (stat === undefined) continue
    const entry = entryOf(stat)
    entries.set(Number(name), entry)
    children.set(entry.parent, [...(children.get(entry.parent) ?? []), Number(name)])
  }
  const treeOf = (pid: number): readonly number[] => [pid, ...(children.get(pid) ?? []).flatMap(treeOf)]

  return {
    usageOf: (pid) => {
      const tree = treeOf(pid).filter((one) => entries.has(one))
      return {
        cpuMs: tree.reduce((sum, one) => sum + (entries.get(one)?.cpuMs ?? 0), 0),
        pssMebibytes: tree.reduce((sum, one) => sum + pssOf(one), 0),
      }
    },
    startedBy: (pid, text) =>
      (children.get(pid) ?? []).filter((child) =>
        (read(`/proc/${child}/cmdline`) ?? '').replaceAll('\0', ' ').includes(text),
      ),
  }
}
