import { readdirSync, readFileSync } from 'node:fs'

/** Milliseconds that all threads of another process have run; undefined where the system does not say. */
export const processorTimeOf = (pid: number): number | undefined => {
  try {
    const tasks = readdirSync(`/proc/${pid}/task`)
    return (
      tasks.reduce(
        (sum, task) => sum + Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]),
        0,
      ) / 1e6
    )
  } catch {
    return undefined
  }
}
