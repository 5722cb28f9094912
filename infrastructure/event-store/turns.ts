import { answerWithin } from './answer-within.ts'
import { StoreUnavailable } from './port.ts'

/** There is no room for another one to wait: nothing was sent, and nothing of it will be done. */
export class TooManyWait extends StoreUnavailable {}

/** Places of which there are only so many; who finds none waits, in the order in which they came. */
export type Turns<Place> = {
  /** @throws NoAnswer when none has become free within the limit or the caller gives up; TooManyWait at once */
  take(limitMs: number, what: string, signal?: AbortSignal): Promise<Place>
  /** To be called when places have become free. */
  grant(): void
}

/** `tryTake` takes a place if one is free; `giveBack` is for one that came at the very moment it was given up, and grants. */
export const createTurns = <Place>(
  tryTake: () => Place | undefined,
  giveBack: (place: Place) => void,
  mostWaiting: number,
): Turns<Place> => {
  const waiting: ((place: Place) => void)[] = []

  const grant = () => {
    while (waiting.length > 0) {
      const place = tryTake()
      if (place === undefined) return
      waiting.shift()?.(place)
    }
  }

  return {
    grant,
    async take(limitMs, what, signal) {
      if (waiting.length >= mostWaiting) throw new TooManyWait(`${what}: too many wait already`)
      const mine = Promise.withResolvers<Place>()
      waiting.push(mine.resolve)
      grant()
      try {
        return await answerWithin(mine.promise, limitMs, what, signal)
      } catch (error) {
        const index = waiting.indexOf(mine.resolve)
        if (index >= 0) waiting.splice(index, 1)
        else void mine.promise.then(giveBack)
        throw error
      }
    },
  }
}
