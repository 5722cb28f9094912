import type { Random } from './random.ts'

const seconds = 1_000
const minutes = 60_000

/** How rough it gets; each seed has its own, so that some runs try one fault hard and others none of it. Probabilities. */
export type Climate = {
  /** That a process dies at one of its steps. */
  readonly crash: number
  /** That an answer, of a store or of the outside, does not come through. */
  readonly lost: number
  /** That a store says it is away. */
  readonly away: number
  /** That a step takes seconds, or minutes. */
  readonly slow: number
  readonly stuck: number
  /** That a delivery is made once more than needed, or comes minutes late. */
  readonly twice: number
  readonly late: number
  /** That a process is cut off from the store: what it sends meanwhile arrives when that is over. */
  readonly cutOff: number
  /** That a process stands still for a while, and goes on where it was when others have done its work. */
  readonly freeze: number
  /** That the database of the leases fails over to a replica that lacks the last seconds. */
  readonly failover: number
}

/** Nothing goes wrong. */
export const calm: Climate = {
  crash: 0,
  lost: 0,
  away: 0,
  slow: 0,
  stuck: 0,
  twice: 0,
  late: 0,
  cutOff: 0,
  freeze: 0,
  failover: 0,
}

export const climateOf = (random: Random): Climate => {
  if (random.chance(0.08)) return calm
  const restless: Climate = {
    ...calm,
    twice: random.pick([0.1, 0.5]),
    late: random.pick([0, 0.1, 0.3]),
    failover: random.pick([0, 1]),
  }
  if (random.chance(0.12)) return restless
  return {
    crash: random.pick([0, 0.002, 0.01, 0.03]),
    lost: random.pick([0, 0.02, 0.1]),
    away: random.pick([0, 0.01, 0.05]),
    slow: random.pick([0, 0.02, 0.1]),
    stuck: random.pick([0, 0.01, 0.05]),
    twice: random.pick([0, 0.1, 0.5]),
    late: random.pick([0, 0.1, 0.3]),
    cutOff: random.pick([0, 0.05, 0.2]),
    freeze: random.pick([0, 0.005, 0.02]),
    failover: random.pick([0, 0, 1]),
  }
}

/** Whatever is delivered may come late and more than once; but nothing dies, is lost, or stands still in the middle of a call. */
export const isGentle = ({ crash, lost, away, slow, stuck, cutOff, freeze }: Climate): boolean =>
  [crash, lost, away, slow, stuck, cutOff, freeze].every((probability) => probability === 0)

/** The climate as it is at the moment: nothing of it before the storm and after it. */
export type Weather = {
  /** `danger`: by how much likelier it is than usual. */
  crashes(danger: number): boolean
  loses(): boolean
  isAway(): boolean
  comesTwice(): boolean
  /** How long the next thing takes, in milliseconds. */
  latency(): number
  /** The same for a delivery to a group. */
  deliveryLatency(): number
  /** How long a process is cut off from the store from now on; mostly 0. */
  cutOffFor(): number
  /** How long a process stands still from now on, and how many steps it has left after that; mostly 0, and for ever. */
  freezesFor(danger: number): { readonly milliseconds: number; readonly stepsLeft: number }
  isStormy(): boolean
  readonly breakLoose: () => void
  readonly calmDown: () => void
}

export const createWeather = (climate: Climate, random: Random): Weather => {
  let stormy = false
  const happens = (probability: number): boolean => stormy && random.chance(probability)
  const latency = (): number => {
    if (happens(climate.stuck)) return random.int(20 * seconds, 12 * minutes)
    if (happens(climate.slow)) return random.int(1, 20 * seconds)
    return random.int(1, 30)
  }
  return {
    crashes: (danger) => happens(climate.crash * danger),
    loses: () => happens(climate.lost),
    isAway: () => happens(climate.away),
    comesTwice: () => happens(climate.twice),
    latency,
    deliveryLatency: () =>
      happens(climate.late) ? random.int(100, random.pick([2 * seconds, 12 * minutes])) : latency(),
    cutOffFor: () => (happens(climate.cutOff) ? random.int(5 * seconds, 2 * minutes) : 0),
    freezesFor: (danger) =>
      happens(climate.freeze * danger)
        ? {
            milliseconds: random.int(2 * seconds, 6 * minutes),
            stepsLeft: random.chance(0.7) ? random.int(1, 12) : Infinity,
          }
        : { milliseconds: 0, stepsLeft: Infinity },
    isStormy: () => stormy,
    breakLoose: () => {
      stormy = true
    },
    calmDown: () => {
      stormy = false
    },
  }
}
