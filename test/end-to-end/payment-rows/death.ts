import { paymentIdOf } from '../../../domain/shared/ids.ts'
import type { Held, GatePlace } from '../../stripe/gates.ts'
import { untilTrue } from '../../support/until.ts'
import { patience } from './patience.ts'
import type { DeathPlace } from './payment-case.ts'
import type { ShopAtStripe } from './shop-at-stripe.ts'

/** A call at which somebody dies now. */
export type Dying = { readonly held: Held; readonly place: DeathPlace; readonly orderId?: string | undefined }

export const gatePlaceOf = (place: DeathPlace): GatePlace =>
  place === 'arrived' || place === 'late' ? 'arrived' : 'performed'

/** What is done of an order is never done by its key again: Stripe has forgotten it. Whoever comes next has to look. */
const forgetKeysOf = ({ stripe }: ShopAtStripe, orderId: string): void => {
  stripe.forgetKeys((key) => key === paymentIdOf(orderId) || key.startsWith(`${orderId}/`))
}

/**
 * The processors die (SIGKILL), all of these calls being where they are held; and come back, with the time between in which what the
 * dead had for themselves runs out. `whenDead`: what is put up for the successor.
 * @throws Error when somebody has given up one of these calls before, or has it still
 */
export const dieAt = async (
  shop: ShopAtStripe,
  dying: readonly Dying[],
  whenDead: () => void = () => undefined,
): Promise<void> => {
  const { shop: processes } = shop.running
  const processors = processes.child('processors')
  if (processors === undefined) throw new Error('the shop has no processors')
  const gone = () => dying.filter(({ held }) => held.isAbandoned()).length
  if (gone() > 0) throw new Error(`${gone()} of ${dying.length} calls were given up before their callers died`)
  // Answered first, so that as little as can be is between that and their death.
  await Promise.all(dying.filter(({ place }) => place === 'answered').map(({ held }) => held.goOn()))
  processors.kill()
  // Not started again by itself, however often this comes.
  await processors.stop()
  await untilTrue('those who called are gone', () => gone() === dying.length, patience)
  for (const { held, place, orderId } of dying) {
    if (place === 'arrived' || place === 'performed') held.cut()
    if (orderId !== undefined && (place === 'performed' || place === 'answered')) forgetKeysOf(shop, orderId)
  }
  await shop.leases.runOut()
  whenDead()
  processors.start()
  await processes.untilReady(120_000)
}
