import { apart, type ApartCase } from './cases/apart.ts'
import { callingOff, lateMoney } from './cases/calling-off.ts'
import { charging, unanswered } from './cases/charging.ts'
import { failedRefunds } from './cases/failed-refunds.ts'
import { outsideMoney } from './cases/outside-money.ts'
import { refunds } from './cases/refunds.ts'
import { wrongMoney } from './cases/wrong-money.ts'
import { deathPlaces, type DeathPlace, type PaymentCase } from './payment-case.ts'
import type { Wave } from './perform-all.ts'

/** Every case but those that need the services apart. */
const cases: readonly PaymentCase[] = [
  ...charging,
  ...unanswered,
  ...callingOff,
  ...lateMoney,
  ...wrongMoney,
  ...refunds,
  ...failedRefunds,
  ...outsideMoney,
]

const turns = deathPlaces.length

const placeAt = <Place extends DeathPlace>(places: readonly Place[], turn: number): Place => {
  const place = places[turn % places.length]
  if (place === undefined) throw new Error('no place to die at')
  return place
}
/** A look, or what is asked for once more: nobody else comes to do it late. */
const placesOfSuccessors = ['arrived', 'performed', 'answered'] as const

/**
 * Every case that is chosen once undisturbed, and once for each call at which somebody dies in it: at one of the places, in this turn; by
 * all turns at each.
 */
const waveOf = (turn: number, isChosen: (index: number) => boolean = () => true): Wave => ({
  name: `row-${turn}`,
  parts: cases.flatMap((of, index) =>
    isChosen(index)
      ? [
          { of },
          ...of.dies.map((call, number) => ({
            of,
            death: { ...call, place: placeAt(deathPlaces, turn + index + number) },
          })),
        ]
      : [],
  ),
  atLookUp: placeAt(placesOfSuccessors, turn),
  atNextCall: placeAt(placesOfSuccessors, turn + 1),
})

/** What is performed on one shop: one wave after another, and then those that need the services apart. */
export type Programme = {
  readonly says: string
  readonly waves: readonly Wave[]
  readonly apart: readonly ApartCase[]
  /** Goes through every row. */
  readonly isWhole: boolean
}

const numbersTo = (count: number): readonly number[] => Array.from({ length: count }, (_, number) => number)

export const whole: Programme = {
  says: 'all of it',
  waves: numbersTo(turns).map((turn) => waveOf(turn)),
  apart,
  isWhole: true,
}

const shares = 3

/** All of it, in parts of which each takes less than a minute. */
export const parts: readonly Programme[] = [
  ...numbersTo(turns).flatMap((turn) =>
    numbersTo(shares).map((share) => ({
      says: `turn ${turn + 1} of ${turns}, share ${share + 1} of ${shares}`,
      waves: [waveOf(turn, (index) => index % shares === share)],
      apart: [],
      isWhole: false,
    })),
  ),
  { says: 'the services apart', waves: [], apart, isWhole: false },
]

/** One after another, by the seed. */
export const partOf = (seed: number): Programme => {
  const part = parts[seed % parts.length]
  if (part === undefined) throw new Error(`no part for the seed ${seed}`)
  return part
}
