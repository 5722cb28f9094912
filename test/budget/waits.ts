import { AsyncLocalStorage } from 'node:async_hooks'
import type { CommandHandling } from '../../infrastructure/event-store/handle-command.ts'
import type { EventStore } from '../../infrastructure/event-store/port.ts'

/** What a piece of work has waited for so far, one after another. */
export type Path = { waits: number }

/**
 * Counts what is waited for in a row: a call of the event store, of PostgreSQL, of the provider or of the mail server is one wait, and so is
 * the way of an event from its append to the handler of a group. What is done side by side counts once.
 */
export type Waits = {
  /** Work that begins on its own account, a request, or because of an event that is known to be written. */
  readonly follow: <Result>(path: Path, work: () => Promise<Result>) => Promise<Result>
  /** One wait. */
  readonly wait: <Result>(call: () => Promise<Result>) => Promise<Result>
  /** Commands may be given side by side; within one of them everything is in a row. */
  readonly handling: (commands: CommandHandling) => CommandHandling
  readonly store: (store: EventStore) => EventStore
  /** How many waits lay before the answer to the append that wrote the event. */
  readonly until: (eventId: string) => number
  /** Calls that have not been answered yet. */
  readonly open: () => number
}

export const createWaits = (): Waits => {
  const paths = new AsyncLocalStorage<Path>()
  const written = new Map<string, number>()
  let open = 0

  const wait = async <Result>(call: () => Promise<Result>): Promise<Result> => {
    const path = paths.getStore()
    const before = path?.waits ?? 0
    open += 1
    try {
      return await call()
    } finally {
      open -= 1
      if (path !== undefined) path.waits = Math.max(path.waits, before + 1)
    }
  }

  const fork = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    const path = paths.getStore()
    if (path === undefined) return work()
    const own: Path = { waits: path.waits }
    try {
      return await paths.run(own, work)
    } finally {
      path.waits = Math.max(path.waits, own.waits)
    }
  }

  /** A read is one wait, however many events come. */
  const reading = async function* <Item>(read: AsyncIterable<Item>): AsyncGenerator<Item, void, undefined> {
    const path = paths.getStore()
    const before = path?.waits ?? 0
    open += 1
    try {
      yield* read
    } finally {
      open -= 1
      if (path !== undefined) path.waits = Math.max(path.waits, before + 1)
    }
  }

  return {
    follow: (path, work) => paths.run(path, work),
    wait,
    handling: (commands) => ({
      ...commands,
      handle: (...given) => fork(() => commands.handle(...given)),
      load: (...given) => fork(() => commands.load(...given)),
    }),
    store: (store) => ({
      ...store,
      append(stream, events, expected, options) {
        // At once: a group may have the event before the one who appended it has the answer.
        for (const { id } of events) if (!written.has(id)) written.set(id, (paths.getStore()?.waits ?? 0) + 1)
        return wait(() => store.append(stream, events, expected, options))
      },
      readStream: (stream, options) => reading(store.readStream(stream, options)),
      readAll: (options) => reading(store.readAll(options)),
      lastEvents: (...given) => wait(() => store.lastEvents(...given)),
      headPosition: () => wait(() => store.headPosition()),
    }),
    until: (eventId) => {
      const waits = written.get(eventId)
      if (waits === undefined) throw new Error(`nobody here has written the event ${eventId}`)
      return waits
    },
    open: () => open,
  }
}
