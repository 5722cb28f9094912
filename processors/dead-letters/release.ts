import type { Groups, StoredEvent } from '../../infrastructure/event-store/port.ts'
import { letterOfMessage } from './dead-letter.ts'
import type { Handling, Submit } from './handling.ts'
import { waitsBehindCode, type Letter } from './letter.ts'
import { messageAt } from './parked-message.ts'
import type { Resolutions } from './resolutions.ts'
import type { Unresolved } from './unresolved.ts'

export type ReleaseDependencies = {
  readonly store: Pick<Groups, 'parkedMessages'>
  readonly unresolved: Pick<Unresolved, 'of'>
  readonly resolutions: Pick<Resolutions, 'begin'>
  readonly handling: Handling
  readonly keyOf: (event: StoredEvent) => string
  readonly now: () => Date
  /** Keys of a group whose letters are released side by side. */
  readonly atOnce?: number
}

/**
 * The letters of a group whose turn has come, one key's one after another until one fails. Called again meanwhile, it begins with those of
 * other keys. @throws StoreUnavailable
 */
export type Release = (group: string, submit: Submit) => Promise<void>

const releasedBy = 'system'

/**
 * Letters that only waited behind another one of their key are handled by themselves once it is resolved. It works from what is stored
 * alone: whoever dies at it is followed by the next to look, and a letter that came to wait behind one that was just being resolved is
 * found as well.
 */
export const createRelease = (dependencies: ReleaseDependencies): Release => {
  const { store, unresolved, resolutions, handling, keyOf, now, atOnce = 8 } = dependencies

  /** Whether the next one of its key may follow. */
  const releaseOne = async (group: string, letter: Letter, key: string, submit: Submit): Promise<boolean> => {
    const { number } = letter
    const letters = unresolved.of(group)
    const message = await messageAt(store, { group, number })
    if (message === undefined) {
      letters.remove(number)
      return true
    }
    const { event } = message
    if (event === undefined) {
      // Gone since it was first seen: a person may discard it, and nothing waits behind it.
      letters.change(number, { key: undefined, eventId: undefined })
      return true
    }
    const claim = await resolutions.begin({
      group,
      number,
      key,
      kind: 'release',
      eventId: event.id,
      parkedAt: message.parkedAt,
      by: releasedBy,
      at: now(),
      letter: letterOfMessage(message, keyOf),
    })
    if (claim === 'under_way') return false
    if (claim === 'already_settled') {
      letters.remove(number)
      return true
    }
    return (await handling(claim, 'release', event, submit)) === 'handled'
  }

  const turnOf = (group: string, key: string): Letter | undefined => {
    const first = unresolved.of(group).first(key)
    return first?.code === waitsBehindCode ? first : undefined
  }

  const releaseKey = async (group: string, key: string, submit: Submit): Promise<void> => {
    for (let letter = turnOf(group, key); letter !== undefined; letter = turnOf(group, key)) {
      if (!(await releaseOne(group, letter, key, submit))) return
    }
  }

  /** Of each group, the keys whose letters are being released. */
  const busyOf = new Map<string, Set<string>>()

  return async (group, submit) => {
    const busy = busyOf.get(group) ?? new Set<string>()
    busyOf.set(group, busy)
    const keys = [...unresolved.of(group).keysInTurn()].filter((key) => !busy.has(key))
    const left = keys.values()
    const works = Array.from({ length: Math.min(atOnce - busy.size, keys.length) }, async () => {
      for (const key of left) {
        if (busy.has(key)) continue
        busy.add(key)
        await releaseKey(group, key, submit).finally(() => busy.delete(key))
      }
    })
    // All of them are over before anybody hears of a fault.
    const fault = (await Promise.allSettled(works)).find((work) => work.status === 'rejected')
    if (fault !== undefined) throw fault.reason
  }
}
