import { callingOff, lateMoney } from './cases/calling-off.ts'
import { charging, unanswered } from './cases/charging.ts'
import { outsideMoney } from './cases/outside-money.ts'
import { refunds } from './cases/refunds.ts'
import { wrongMoney } from './cases/wrong-money.ts'
import { deathPlaces, type DeathPlace, type PaymentCase } from './payment-case.ts'
import type { Wave } from './perform-all.ts'

/** Every case but those that need the services apart. */
export const cases: readonly PaymentCase[] = [
  ...charging,
  ...unanswered,
  ...callingOff,
  ...lateMoney,
  ...wrongMoney,
  ...refunds,
  ...outsideMoney,
]

export const turns = deathPlaces.length

const placeAt = <Place extends DeathPlace>(places: readonly Place[], turn: number): Place => {
  const place = places[turn % places.length]
  if (place === undefined) throw new Error('no place to die at')
  return place
}
/** A look, or what is asked for once more: nobody else comes to do it late. */
const placesOfSuccessors = ['arrived', 'performed', 'answered'] as const

/** Every case once undisturbed, and once for each call at which somebody dies in it: at one of the places, in this turn. */
export const waveOf = (turn: number): Wave => ({
  name: `row-${turn}`,
  parts: cases.flatMap((of, index) => [
    { of },
    ...of.dies.map((call, number) => ({
      of,
      death: { ...call, place: placeAt(deathPlaces, turn + index + number) },
    })),
  ]),
  atLookUp: placeAt(placesOfSuccessors, turn),
  atNextCall: placeAt(placesOfSuccessors, turn + 1),
})
