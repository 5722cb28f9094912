import { HeldBack } from '../port.ts'

/** Stripe limits our rate: nothing was done. `retryAfterMs`: for how long it does not want to be asked, where it says so. */
export class RateLimited extends HeldBack {
  readonly retryAfterMs: number | undefined

  constructor(message: string, retryAfterMs: number | undefined) {
    super(message)
    this.retryAfterMs = retryAfterMs
  }
}

/** Longer than this nothing is held back, whatever a header says. */
const longestMs = 10 * 60_000

/** Of a `Retry-After`, in seconds or as a date (RFC 9110, 10.2.3). Undefined where it says neither. */
export const retryAfterMs = (header: string | undefined, now: Date): number | undefined => {
  if (header === undefined) return undefined
  const wait = /^\d+$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - now.getTime()
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(0, wait), longestMs)
}

export type Lane = 'look_up' | 'change'

/** Until when Stripe does not want to be asked: of look-ups and of everything else each by itself, since their limits are. */
export const createQuietTimes = (now: () => Date) => {
  const until: Record<Lane, number> = { look_up: 0, change: 0 }
  const left = (lane: Lane): number => until[lane] - now().getTime()
  return {
    isQuiet: (lane: Lane): boolean => left(lane) > 0,
    /** @throws RateLimited while it lasts: nothing is sent */
    expectOver(lane: Lane): void {
      const wait = left(lane)
      if (wait > 0) throw new RateLimited('Stripe has asked for a pause', wait)
    },
    begin(lane: Lane, { retryAfterMs: wait }: RateLimited): void {
      // Answers do not come in the order of what they mean: a shorter pause ends none that is longer.
      if (wait !== undefined) until[lane] = Math.max(until[lane], now().getTime() + wait)
    },
  }
}
