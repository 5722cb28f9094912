import { setTimeout as delay } from 'node:timers/promises'
import type { Shop } from '../embedded/shop/shop.ts'
import { metricsOf } from './metrics.ts'

const looksAlike = 3
const everyMs = 100

/**
 * Until the groups have nothing in hand, and neither they nor the read tables have been given anything new in a few looks: every order
 * has come to rest, its mails included.
 */
export const untilQuiet = async ({ urls }: Shop): Promise<void> => {
  let last = ''
  for (let alike = 0; alike < looksAlike;) {
    const [processors, projections] = await Promise.all([metricsOf(urls.processors), metricsOf(urls.projections)])
    const now = [
      processors('event_store_deliveries_total'),
      processors('event_store_catch_up_deliveries_total'),
      projections('event_store_catch_up_deliveries_total'),
    ].join(' ')
    alike = processors('group_in_flight') === 0 && now === last ? alike + 1 : 0
    last = now
    await delay(everyMs)
  }
}
