import { isDeepStrictEqual } from 'node:util'
import type { Gate } from '../../stripe/gates.ts'
import type { StripeEvent } from '../../stripe/objects.ts'
import { gatePlaceOf } from './death.ts'
import type { Death, PaymentCase } from './payment-case.ts'
import { createScene, type Scene } from './scene.ts'
import type { ShopAtStripe } from './shop-at-stripe.ts'

/** A case that is played, with the place in which the processors die in it. */
export type Performance = {
  readonly of: Pick<PaymentCase, 'says' | 'stream' | 'ends'>
  readonly death: Death | undefined
  readonly scene: Scene
  /** Where the processors are to die. */
  readonly gate: Gate | undefined
  /** Played to its end, written as it should be, and at rest; or failed, also by what has been written and should not have been. */
  isOver(): boolean
  readonly failure: () => unknown
  /** What Stripe has not told yet, it tells now. */
  readonly tellAll: () => void
}

const isLate = (of: PaymentCase['webhooksLate'], { type }: StripeEvent): boolean => {
  switch (of) {
    case 'payment':
      return type.startsWith('payment_intent.')
    case 'refund':
      return type.startsWith('refund.')
    case undefined:
      return false
  }
}

export const performance = (
  shop: ShopAtStripe,
  { name, of, death }: { readonly name: string; readonly of: PaymentCase; readonly death?: Death | undefined },
): Performance => {
  const scene = createScene(shop, { name, card: of.card })
  const { orderId } = scene
  // In front of what the case itself holds.
  const gate =
    death === undefined
      ? undefined
      : shop.stripe.hold({
          call: death.call,
          place: gatePlaceOf(death.place),
          orderId,
          after: (death.number ?? 1) - 1,
        })
  const tellAll = scene.holdBack((event) => isLate(of.webhooksLate, event))
  return { of, death, scene, gate, tellAll, ...follow(shop, scene, { of, playing: of.play(scene) }) }
}

/** How far it is. */
export const follow = (
  { orders }: ShopAtStripe,
  scene: Scene,
  { of, playing }: { readonly of: Pick<PaymentCase, 'stream' | 'ends'>; readonly playing: Promise<void> },
): Pick<Performance, 'isOver' | 'failure'> => {
  let played = false
  let failure: unknown
  playing.then(
    () => {
      played = true
    },
    (error: unknown) => {
      failure = error
    },
  )
  return {
    failure: () => failure,
    isOver: () =>
      failure !== undefined ||
      scene.lines().some((line, index) => line !== of.stream[index]) ||
      (played &&
        orders.standing(scene.orderId)?.order.status === of.ends &&
        isDeepStrictEqual(scene.lines(), of.stream) &&
        orders.isAtRest(scene.orderId)),
  }
}
