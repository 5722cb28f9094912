export type SeatsOptions = {
  /** At once, for all. */
  readonly seats: number
  /** At once, for one key. */
  readonly seatsOfOne: number
  /** Who wait for a seat, for all and for one key; the next is sent away. */
  readonly waiting: number
  readonly waitingOfOne: number
  /** For so long at most. */
  readonly waitMs: number
}

/** Bounds how many are at something at once, and how many of them have the same key. */
export type Seats = {
  /** Answers what gives the seat back, to be called once; undefined when too many wait already, or for too long. */
  take(key: string): Promise<(() => void) | undefined>
}

type Waiting = { readonly key: string; readonly answer: (seated: boolean) => void }

export const createSeats = ({ seats, seatsOfOne, waiting, waitingOfOne, waitMs }: SeatsOptions): Seats => {
  let taken = 0
  const takenBy = new Map<string, number>()
  const queue: Waiting[] = []

  const hasRoom = (key: string) => taken < seats && (takenBy.get(key) ?? 0) < seatsOfOne
  const sit = (key: string) => {
    taken += 1
    takenBy.set(key, (takenBy.get(key) ?? 0) + 1)
  }
  const leave = (key: string) => {
    taken -= 1
    const left = (takenBy.get(key) ?? 1) - 1
    if (left === 0) takenBy.delete(key)
    else takenBy.set(key, left)
    // Not simply the first: it may be of a key that has all its seats.
    const next = queue.findIndex((one) => hasRoom(one.key))
    const [first] = next === -1 ? [] : queue.splice(next, 1)
    if (first === undefined) return
    sit(first.key)
    first.answer(true)
  }

  /** Whether there was a seat in time. */
  const wait = (key: string): Promise<boolean> =>
    new Promise((resolve) => {
      const waiter: Waiting = {
        key,
        answer: (seated) => {
          clearTimeout(limit)
          resolve(seated)
        },
      }
      const limit = setTimeout(() => {
        queue.splice(queue.indexOf(waiter), 1)
        waiter.answer(false)
      }, waitMs)
      queue.push(waiter)
    })

  return {
    take: async (key) => {
      if (hasRoom(key)) sit(key)
      else {
        if (queue.length >= waiting || queue.filter((one) => one.key === key).length >= waitingOfOne) return undefined
        if (!(await wait(key))) return undefined
      }
      return () => {
        leave(key)
      }
    },
  }
}
