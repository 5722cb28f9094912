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

type Headers = Readonly<Record<string, string>>

/** The answer's own `Date` says when a date is meant: the two are of one clock, and ours may be any. */
const fromNow = (date: string, answeredAt: string | undefined, now: Date): number =>
  Date.parse(date) - (answeredAt === undefined ? now.getTime() : Date.parse(answeredAt))

/** Of a `Retry-After`, in seconds or as a date (RFC 9110, 10.2.3). Undefined where it says neither. */
export const retryAfterMs = (headers: Headers | undefined, now: Date): number | undefined => {
  const header = headers?.['retry-after']
  if (header === undefined) return undefined
  const wait = /^\d+$/.test(header) ? Number(header) * 1_000 : fromNow(header, headers?.['date'], now)
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(0, wait), longestMs)
}

export type Lane = 'look_up' | 'change'

/**
 * Until when Stripe does not want to be asked: of look-ups and of everything else each by itself, since their limits are. `now` in
 * milliseconds, by a clock that nobody puts back or forward: else a pause would end too soon, or last for as long as the clock was put back.
 */
export const createQuietTimes = (now: () => number) => {
  const until: Record<Lane, number> = { look_up: -Infinity, change: -Infinity }
  const left = (lane: Lane): number => until[lane] - now()
  return {
    isQuiet: (lane: Lane): boolean => left(lane) > 0,
    /** @throws RateLimited while it lasts: nothing is sent */
    expectOver(lane: Lane): void {
      const wait = left(lane)
      if (wait > 0) throw new RateLimited('Stripe has asked for a pause', wait)
    },
    begin(lane: Lane, { retryAfterMs: wait }: RateLimited): void {
      // Answers do not come in the order of what they mean: a shorter pause ends none that is longer.
      if (wait !== undefined) until[lane] = Math.max(until[lane], now() + wait)
    },
  }
}
