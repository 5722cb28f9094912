/** A process while it lives. Dead, nothing that waits in it is ever answered. */
export type Life = {
  readonly name: string
  alive: boolean
  /** Virtual milliseconds; until then it stands still. */
  frozenUntil: number
  /** How many steps it makes before it dies. */
  stepsLeft: number
}

export const newLife = (name: string): Life => ({ name, alive: true, frozenUntil: 0, stepsLeft: Infinity })

/** Who is told what becomes of a process. */
export type Watcher = { readonly died: () => void; readonly froze?: () => void }

/** Which processes live. */
export type Processes = {
  start(name: string, watcher: Watcher): Life
  kill(life: Life): void
  freeze(life: Life, until: number): void
  /** How many have died so far. */
  deaths(): number
}

export const createProcesses = (): Processes => {
  const watchers = new Map<Life, Watcher>()
  let deaths = 0
  return {
    start(name, watcher) {
      const life = newLife(name)
      watchers.set(life, watcher)
      return life
    },
    kill(life) {
      if (!life.alive) return
      life.alive = false
      deaths += 1
      const watcher = watchers.get(life)
      watchers.delete(life)
      watcher?.died()
    },
    freeze(life, until) {
      life.frozenUntil = until
      watchers.get(life)?.froze?.()
    },
    deaths: () => deaths,
  }
}
