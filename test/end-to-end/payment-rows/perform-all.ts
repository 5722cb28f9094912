import { paymentIdOf } from '../../../domain/shared/ids.ts'
import type { Gate, Holding } from '../../stripe/gates.ts'
import { until, untilTrue } from '../../support/until.ts'
import { dieAt, gatePlaceOf, type Dying } from './death.ts'
import { patience } from './patience.ts'
import type { Death, DeathPlace, PaymentCase } from './payment-case.ts'
import { performance, type Performance } from './performance.ts'
import type { ShopAtStripe } from './shop-at-stripe.ts'

export type Part = { readonly of: PaymentCase; readonly death?: Death | undefined }

/** `atLookUp`, `atNextCall`: where those die who come after, looking what became of the call, and making it once more. */
export type Wave = {
  /** Makes its customers its own. */
  readonly name: string
  readonly parts: readonly Part[]
  readonly atLookUp: DeathPlace
  readonly atNextCall: DeathPlace
}

export type Performed = {
  readonly performances: readonly Performance[]
  /** Of which somebody should have died, and was not there. */
  readonly missed: readonly Performance[]
  /** Calls in which somebody has died: the first, the look-ups of what became of it, and those that were made once more. */
  readonly deaths: { readonly first: number; readonly lookUp: number; readonly next: number }
}

/** Whoever waits for all of them looks less often. */
const looking = { ...patience, everyMs: 100 }

/** One that was never done is called for again. */
const isCalledAgain = ({ death }: Performance): boolean =>
  death !== undefined &&
  gatePlaceOf(death.place) === 'arrived' &&
  ['create payment', 'cancel payment', 'create refund'].includes(death.call)

const heldBy = (gates: Iterable<Gate | undefined>): number =>
  [...gates].reduce((sum, gate) => sum + (gate?.held().length ?? 0), 0)
const isHeld = (gate: Gate | undefined): boolean => heldBy([gate]) > 0

const restless = (performances: readonly Performance[]): Error =>
  new Error(
    performances
      .filter((one) => !one.isOver())
      .map(({ of, death, scene }) => `${of.says} (${death?.call}, ${death?.place}): ${scene.lines().join(', ')}`)
      .join('\n'),
  )

/** What was held when its caller died is done when the next like it comes: the successor finds it done under its own key. */
const doLate = ({ stripe }: ShopAtStripe, { death, scene: { orderId }, gate }: Performance): void => {
  const [first] = gate?.held() ?? []
  if (death?.place !== 'late' || first === undefined) return
  const next = stripe.hold({ call: death.call, place: 'arrived', orderId })
  void until('its successor calls', () => next.held()[0], patience).then(
    async (held) => {
      await first.goOn()
      void held.goOn()
    },
    // Nobody called again: the test says what is missing.
    () => undefined,
  )
}

/** The successor's; what is done late is done before that. */
const holdNext = (
  { stripe }: ShopAtStripe,
  { call, place: diedAt }: Death,
  { place, orderId }: Required<Pick<Holding, 'place' | 'orderId'>>,
): Gate => stripe.hold({ call, place, orderId, after: diedAt === 'late' && place === 'performed' ? 1 : 0 })

/** Every order is over, or held at its gate. */
const untilOver = (
  performances: readonly Performance[],
  gateOf: (one: Performance) => Gate | undefined,
): Promise<void> =>
  untilTrue(
    'every order is at its end, or where somebody dies',
    () => {
      const open = performances.filter((one) => !one.isOver() && !isHeld(gateOf(one)))
      if (open.length > 0) throw restless(open)
      return true
    },
    looking,
  )

/**
 * Whoever follows up these orders is held, and nobody is on the way. What is due is taken up together, and the next of it when all of that
 * is done: whatever was not yet due when these were is left alone until then.
 */
const untilFollowedUp = (
  { leases }: ShopAtStripe,
  performances: readonly Performance[],
  gates: () => readonly (Gate | undefined)[],
): Promise<void> =>
  untilTrue(
    'every order is at its end, or followed up to where somebody dies',
    async () => {
      const open = performances.filter((one) => !one.isOver())
      if (open.length === 0) return true
      const keys = await leases.held()
      const underWay = open.filter(({ scene: { orderId } }) =>
        keys.some((key) => key === paymentIdOf(orderId) || key.startsWith(`${orderId}/`)),
      )
      const held = heldBy(gates())
      if (held > 0 && underWay.length <= held) return true
      throw restless(open)
    },
    looking,
  )

/**
 * All of these orders side by side, in one shop, whose processors die three times: when each order that has a death is at it; when each of
 * those is looked up; and when what was never done is called for again. One death serves all orders that are where it is to be.
 */
export const performAll = async (
  shop: ShopAtStripe,
  { name, parts, atLookUp, atNextCall }: Wave,
): Promise<Performed> => {
  const { stripe } = shop
  const start = (part: Part, index: number) => performance(shop, { ...part, name: `${name}-${index}` })
  const numbered = parts.map((part, index) => ({ part, index }))
  const started = (isChosen: (part: Part) => boolean) =>
    numbered.filter(({ part }) => isChosen(part)).map(({ part, index }) => start(part, index))
  const isLookedUp = ({ of }: Part) => of.diesAtLookUp === true

  // Those in which nobody dies come to their end before: whoever follows up others, and is held, would not come to them.
  const undisturbed = started((part) => part.death === undefined && !isLookedUp(part))
  await untilOver(undisturbed, () => undefined)

  // 1 Each at its own call. Then those that are looked up anyway.
  const atCalls = started(({ death }) => death !== undefined)
  await untilOver(atCalls, ({ gate }) => gate)
  const place = gatePlaceOf(atLookUp)
  const firstLists = stripe.hold({ call: 'list payments', place, times: Infinity })
  const atLists = started(isLookedUp)
  await Promise.all(atLists.map(({ scene }) => scene.until('PaymentOutcomeUnknown')))
  await untilFollowedUp(shop, atLists, () => [firstLists])
  const performances = [...undisturbed, ...atCalls, ...atLists]
  const missed = atCalls.filter(({ gate }) => !isHeld(gate))
  const first = atCalls.flatMap(({ death, gate, scene: { orderId } }): Dying[] => {
    const [held] = gate?.held() ?? []
    return held === undefined || death === undefined ? [] : [{ held, place: death.place, orderId }]
  })
  const looks = firstLists.held().map((held) => ({ held, place: atLookUp }))
  let lists: Gate | undefined
  const refundLists: Gate[] = []
  await dieAt(shop, [...first, ...looks], () => {
    firstLists.open()
    lists = stripe.hold({ call: 'list payments', place, times: Infinity })
    for (const one of atCalls) {
      doLate(shop, one)
      if (one.death?.call === 'create refund' && isHeld(one.gate))
        refundLists.push(stripe.hold({ call: 'list refunds', place, orderId: one.scene.orderId }))
    }
  })

  // 2 At the look-ups.
  await untilFollowedUp(shop, performances, () => [lists, ...refundLists])
  const second = [lists, ...refundLists].flatMap((gate) => gate?.held() ?? [])
  const nextCalls = new Map<Performance, Gate>()
  await dieAt(
    shop,
    second.map((held) => ({ held, place: atLookUp })),
    () => {
      for (const gate of [lists, ...refundLists]) gate?.open()
      for (const one of performances) {
        const { death, scene } = one
        if (death === undefined || one.isOver() || !isCalledAgain(one)) continue
        nextCalls.set(one, holdNext(shop, death, { place: gatePlaceOf(atNextCall), orderId: scene.orderId }))
      }
    },
  )

  // 3 What was never done, once more.
  await untilFollowedUp(shop, performances, () => [...nextCalls.values()])
  const third = [...nextCalls].flatMap(
    ([
      {
        scene: { orderId },
      },
      gate,
    ]) => gate.held().map((held): Dying => ({ held, place: atNextCall, orderId })),
  )
  for (const gate of nextCalls.values()) gate.open()
  if (third.length > 0) await dieAt(shop, third)
  await untilOver(performances, () => undefined)
  for (const { tellAll } of performances) tellAll()
  const deaths = { first: first.length, lookUp: looks.length + second.length, next: third.length }
  return { performances, missed, deaths }
}
