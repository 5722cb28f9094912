export type Cleanups = {
  /** Undone before everything that was added earlier. Throws when the undoing has begun: nothing new may start then. */
  add(name: string, undo: () => unknown): void
  /** Undoes everything, last first, once: a second call waits for the first. One that fails is reported and the rest goes on. */
  run(): Promise<void>
  readonly begun: boolean
}

/** What has to be undone at the end, as a stack. */
export const createCleanups = (failed: (name: string, error: unknown) => void): Cleanups => {
  const stack: { readonly name: string; readonly undo: () => unknown }[] = []
  let running: Promise<void> | undefined

  const undoAll = async () => {
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      try {
        await next.undo()
      } catch (error) {
        failed(next.name, error)
      }
    }
  }

  return {
    add(name, undo) {
      if (running !== undefined) throw new Error(`${name} was started while everything is being stopped`)
      stack.push({ name, undo })
    },
    run: () => (running ??= undoAll()),
    get begun() {
      return running !== undefined
    },
  }
}
