import { HttpFault } from './problem.ts'

export type AdmissionOptions = {
  /** Age in milliseconds of the oldest work that nobody has begun. */
  readonly backlogMs: () => Promise<number>
  /** Up to here everything is let in; from here to twice as much the share that is refused grows from none to all. */
  readonly thresholdMs: number
  /** What somebody is told who is refused. */
  readonly detail: string
  readonly now: () => number
  readonly random: () => number
  /** The backlog could not be measured: the share stays what it was. */
  readonly warn: (message: string, error: unknown) => void
}

/** Turns away a share of the requests while the work behind them does not get done in time. */
export type Admission = {
  /** By lot, for each request by itself. Costs next to nothing. @throws HttpFault 503 overloaded, with Retry-After */
  admit(): void
  /** The share that is refused now, 0 to 1. */
  share(): number
}

/** The backlog is measured at most so often, and only while requests come. */
const everyMs = 1_000
/** The share moves by no more than this in a second: a burst that ends by itself refuses nobody. */
const mostChangeASecond = 0.1
const retryAfterSeconds = 2
const retrySpreadSeconds = 6

export const createAdmission = ({ backlogMs, thresholdMs, detail, now, random, warn }: AdmissionOptions): Admission => {
  let share = 0
  let measuredAt = -Infinity
  let measuring = false

  const measure = (at: number): void => {
    const seconds = Math.min(10, (at - measuredAt) / 1_000)
    measuredAt = at
    measuring = true
    backlogMs()
      .then(
        (backlog) => {
          const wanted = Math.min(1, Math.max(0, (backlog - thresholdMs) / thresholdMs))
          const most = mostChangeASecond * seconds
          share += Math.min(most, Math.max(-most, wanted - share))
        },
        (error: unknown) => {
          warn('the backlog could not be measured', error)
        },
      )
      .finally(() => {
        measuring = false
      })
  }

  return {
    admit() {
      const at = now()
      if (!measuring && at - measuredAt >= everyMs) measure(at)
      if (share > 0 && random() < share) {
        const seconds = retryAfterSeconds + Math.floor(random() * retrySpreadSeconds)
        throw new HttpFault(503, 'overloaded', detail, {
          headers: { 'Retry-After': String(seconds) },
        })
      }
    },
    share: () => share,
  }
}
