import { StoreUnavailable, VersionConflict } from '../../infrastructure/event-store/port.ts'
import type { Intent, IntentKind } from './intent.ts'
import type { InHand, Performed, UnderLease } from './perform.ts'
import { createRoom, type Room } from './room.ts'

export type Performing = {
  /**
   * By whoever has just seen the intent, or written it: begun as soon as there is room, and not waited for. What finds no room to wait in,
   * or is left waiting when the process ends, stays open; so does what fails. The follow-ups take it up.
   */
  begin(intent: Intent, inHand: InHand): void
  /**
   * By the follow-ups, ahead of those that were only just seen. Resolves to what came of it.
   * @throws StoreUnavailable, VersionConflict
   */
  readonly perform: (intent: Intent) => Promise<Performed>
  /** There is nothing to do about it: known from the state of its own stream. */
  noteCompleted(intent: Intent): void
  /** How many are waiting or under way. */
  underWay(): number
  /** Nothing is begun any more; resolves when what is under way has come to its end. */
  close(): Promise<void>
}

export type PerformingDependencies = {
  readonly underLease: UnderLease
  /** How many calls of a kind this process makes at once. */
  readonly callsAtOnce: Readonly<Record<IntentKind, number>>
  /** How many intents of a kind wait for room. Some kilobytes each, with what is in hand of them. */
  readonly mostWaiting?: number | undefined
  /** Aborts when the process begins to drain: from then on nothing is begun, and what waits is left. */
  readonly draining: AbortSignal
  /** Logs what failed and nobody waits for: `passing` when it mends itself. */
  readonly failed: (message: string, error: unknown, passing: boolean) => void
}

type Place = {
  intent: Intent
  /** Undefined also when something has come after it: then it is looked at first. */
  inHand: InHand | undefined
  readonly followedUp: boolean
  readonly waiter: { readonly resolve: (performed: Performed) => void; readonly reject: (error: unknown) => void }
  running: boolean
  /** Seen meanwhile, of the same row: a charge that is to be cancelled while it is under way. */
  next: Intent | undefined
}

/** Enough for a burst of thousands of orders, each of which is owed two mails. */
const usualWaiting = 5_000
const remembered = 10_000

const placeOf = ({ kind, key }: Intent) => `${kind} ${key}`
const openBecause = (why: string): Performed => ({ kind: 'open', why })

/** What a process performs: each intent once at a time, a bounded number of calls of each kind, and a bounded wait for them. */
export const createPerforming = (dependencies: PerformingDependencies): Performing => {
  const { underLease, callsAtOnce, mostWaiting = usualWaiting, draining, failed } = dependencies
  const roomFor = (kind: IntentKind): Room => createRoom({ atOnce: callsAtOnce[kind], waiting: mostWaiting })
  const rooms: Readonly<Record<IntentKind, Room>> = {
    payment: roomFor('payment'),
    refund: roomFor('refund'),
    notification: roomFor('notification'),
  }
  let stopping = draining.aborted
  const stop = async (): Promise<void> => {
    stopping = true
    await Promise.all(Object.values(rooms).map((room) => room.close()))
  }
  draining.addEventListener('abort', () => void stop(), { once: true })
  const places = new Map<string, Place>()
  const leasesOut = new Set<Promise<void>>()

  // What this process has just had the lease of, and will hear of once more: it is completed, or due later, which the leases know too.
  const had = new Set<string>()
  const markOf = (intent: Intent) => `${placeOf(intent)} ${intent.eventId}`
  const note = (intent: Intent) => {
    had.add(markOf(intent))
    const [oldest] = had
    if (had.size > remembered && oldest !== undefined) had.delete(oldest)
  }

  const run = async (place: Place): Promise<void> => {
    place.running = true
    const { intent, inHand, followedUp, waiter } = place
    let over: Promise<void> | undefined
    try {
      const done = await underLease(intent, { inHand, followedUp })
      over = done.over
      if (over !== undefined) note(intent)
      waiter.resolve(done.performed)
    } catch (error) {
      note(intent)
      waiter.reject(error)
    }
    // Its room is free for the next call; its place is not until the lease has been given back, or a second would find it held.
    const left = (over ?? Promise.resolve()).then(() => {
      leasesOut.delete(left)
      places.delete(placeOf(intent))
      if (place.next !== undefined) begin(place.next, undefined)
    })
    leasesOut.add(left)
  }

  const enter = (intent: Intent, inHand: InHand | undefined, followedUp: boolean): Promise<Performed> | Performed => {
    if (stopping) return openBecause('process is stopping')
    const present = places.get(placeOf(intent))
    if (present !== undefined) {
      if (present.intent.eventId !== intent.eventId) {
        if (present.running) present.next = intent
        else [present.intent, present.inHand] = [intent, undefined]
      }
      return openBecause('already under way in this process')
    }
    const { promise, resolve, reject } = Promise.withResolvers<Performed>()
    const place: Place = { intent, inHand, followedUp, waiter: { resolve, reject }, running: false, next: undefined }
    const leave = () => {
      places.delete(placeOf(intent))
      resolve(openBecause('process is stopping'))
    }
    places.set(placeOf(intent), place)
    if (rooms[intent.kind].enter({ run: () => run(place), leave }, { ahead: followedUp })) return promise
    places.delete(placeOf(intent))
    return openBecause('queue is full')
  }

  const begin = (intent: Intent, inHand: InHand | undefined): void => {
    const performing = enter(intent, inHand, false)
    if (!(performing instanceof Promise)) return
    performing.catch((error: unknown) => {
      const passing = error instanceof StoreUnavailable || error instanceof VersionConflict
      failed(`a ${intent.kind} could not be performed`, error, passing)
    })
  }

  return {
    begin(intent, inHand) {
      if (!had.has(markOf(intent))) begin(intent, inHand)
    },
    perform: async (intent) => enter(intent, undefined, true),
    noteCompleted: note,
    underWay: () => places.size,
    async close() {
      await stop()
      await Promise.all(leasesOut)
    },
  }
}
