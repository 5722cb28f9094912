import { get } from '../api.js'
import { placeOf } from './timeline-layout.js'

/**
 * @import { StreamPage } from '../answers.d.ts'
 * @import { Known } from './timeline-layout.js'
 */

const categories = ['order', 'reservation', 'payment', 'notification']

/** @param {unknown} metadata @returns {string | undefined} */
const causeIn = (metadata) => {
  const cause = /** @type {Record<string, unknown> | null} */ (metadata)?.['$causationId']
  return typeof cause === 'string' ? cause : undefined
}

/**
 * Which event followed from which, from the order's own streams: the timeline does not say.
 * @param {string} orderId
 * @param {AbortSignal} signal
 * @returns {Promise<ReadonlyMap<string, Known>>}
 */
export const causesOf = async (orderId, signal) => {
  const pages = await Promise.all(
    categories.map((category) =>
      get(`/v1/streams/${category}-${orderId}?direction=forwards&from=0&limit=100`, signal).catch((error) => {
        // The order has nothing of the kind yet.
        if (error.status === 404) return { items: [] }
        throw error
      }),
    ),
  )
  return new Map(
    pages.flatMap((page) =>
      /** @type {StreamPage} */ (page).items.map((event) => [
        placeOf({ type: event.type, at: event.created }),
        { id: event.id, causedBy: causeIn(event.metadata) },
      ]),
    ),
  )
}
