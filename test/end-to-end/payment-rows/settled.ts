import { serviceNames } from '../../../processors/services.ts'
import { untilTrue } from '../../support/until.ts'
import { patience } from './patience.ts'
import type { Performance } from './performance.ts'
import type { ShopAtStripe } from './shop-at-stripe.ts'

/** Stripe has told all that there is, each time, and nothing more comes of it. */
export const untilSettled = async ({ stripe, log, orders }: ShopAtStripe): Promise<void> => {
  await stripe.events.delivered()
  let before = -1
  await untilTrue(
    'nothing more is written',
    async () => {
      const isStill = orders.events().length === before
      before = orders.events().length
      await log.untilHandled()
      await orders.readOn()
      return isStill && orders.events().length === before
    },
    patience,
  )
}

/** Unsettled dead letters of these orders, of any service. */
export const lettersOf = async (
  { running: { client } }: ShopAtStripe,
  performances: readonly Performance[],
): Promise<readonly unknown[]> => {
  const keys = new Set(performances.flatMap(({ scene }) => [scene.orderId, ...scene.webhooks()]))
  const all = await Promise.all(serviceNames.map((group) => client.allDeadLetters(group)))
  return all.flat().filter(({ key }) => keys.has(String(key)))
}
