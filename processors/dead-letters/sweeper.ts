import type { Groups } from '../../infrastructure/event-store/port.ts'
import { within } from '../../infrastructure/time/time-limit.ts'
import type { Submit } from './handling.ts'
import type { Release } from './release.ts'
import type { Truncation } from './truncation.ts'
import type { Unresolved } from './unresolved.ts'

export type SweeperDependencies = {
  readonly groups: readonly string[]
  readonly unresolved: Unresolved
  readonly release: Release
  readonly truncate: Truncation
  /** Undefined where this process does not run the group, or the group is paused. */
  readonly submitTo: (group: string) => Submit | undefined
  readonly everyMs: number
  readonly warn: (message: string, error: unknown) => void
}

export type Sweeper = {
  /** Looks at a group now: something of it was resolved here. */
  sweep(group: string): void
  /** Answers when the sweeps under way are over. */
  close(): Promise<void>
}

/** What is known of dead letters is kept fresh, those whose turn has come are released, and resolved ones leave the parked stream. */
export const startSweeper = (dependencies: SweeperDependencies): Sweeper => {
  const { groups, unresolved, release, truncate, submitTo, everyMs, warn } = dependencies
  const troubled = new Set<string>()
  const reading = new Map<string, Promise<void>>()
  /** Groups of which something was resolved while they were being read. */
  const again = new Set<string>()
  const tidying = new Set<Promise<void>>()
  const truncating = new Set<string>()
  let closed = false

  const noting = async (group: string, what: string, work: () => Promise<void>): Promise<void> => {
    const trouble = `${group} ${what}`
    try {
      await work()
      troubled.delete(trouble)
    } catch (error) {
      // Said once: it is tried again and again.
      if (!troubled.has(trouble)) warn(`the dead letters of ${group} could not be ${what}`, error)
      troubled.add(trouble)
    }
  }

  const tidy = async (group: string): Promise<void> => {
    const submit = submitTo(group)
    if (submit === undefined || closed) return
    await noting(group, 'released', () => release(group, submit))
    if (truncating.has(group)) return
    truncating.add(group)
    await noting(group, 'truncated', () => truncate(group))
    truncating.delete(group)
  }

  /** What waits for a handler does not keep the letters from being read. */
  const look = async (group: string): Promise<void> => {
    await noting(group, 'read', () => unresolved.refresh(group))
    const work = tidy(group).finally(() => tidying.delete(work))
    tidying.add(work)
  }

  const sweep = (group: string): void => {
    if (closed) return
    // However many are resolved meanwhile, one more look finds them all.
    if (reading.has(group)) {
      again.add(group)
      return
    }
    const work = look(group).finally(() => {
      reading.delete(group)
      if (again.delete(group)) sweep(group)
    })
    reading.set(group, work)
  }

  const timer = setInterval(() => {
    for (const group of groups) sweep(group)
  }, everyMs)

  return {
    sweep,
    async close() {
      closed = true
      clearInterval(timer)
      await Promise.all(reading.values())
      await Promise.all(tidying)
    },
  }
}

/** How long a group waits for its dead letters to be read before it is consumed, in milliseconds. */
const readWithinMs = 5_000

/**
 * The same store, whose groups are consumed only after what is put aside of them has been read, so that what comes first may already wait.
 * A store or a database that is away holds no consumer up: then nothing waits until it has been read.
 */
export const readBeforeConsuming = <Store extends Pick<Groups, 'connect'>>(
  store: Store,
  unresolved: Pick<Unresolved, 'refresh' | 'of'>,
  warn: (message: string, error: unknown) => void,
): Store => {
  const connect: Groups['connect'] = async (group, options) => {
    unresolved.of(group).takeBackGivenAgain()
    await within(unresolved.refresh(group), {
      limitMs: readWithinMs,
      fault: () => new Error(`not read within ${readWithinMs} ms`),
    }).catch((error: unknown) => {
      warn(`${group} is consumed without knowing its dead letters`, error)
    })
    return store.connect(group, options)
  }
  return new Proxy(store, {
    get: (target, property) => {
      if (property === 'connect') return connect
      const value: unknown = Reflect.get(target, property, target)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
}
