import type { Life } from './network.ts'

/** Which processes live, and who is told when one dies. */
export type Processes = {
  start(name: string, died: () => void): Life
  kill(life: Life): void
  /** How many have died so far. */
  deaths(): number
}

export const createProcesses = (): Processes => {
  const told = new Map<Life, () => void>()
  let deaths = 0
  return {
    start(name, died) {
      const life: Life = { name, alive: true }
      told.set(life, died)
      return life
    },
    kill(life) {
      if (!life.alive) return
      life.alive = false
      deaths += 1
      const died = told.get(life)
      told.delete(life)
      died?.()
    },
    deaths: () => deaths,
  }
}
