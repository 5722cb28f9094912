import type { Delivery, EventStore } from '../../infrastructure/event-store/port.ts'
import { comparePositions, type Position } from '../../infrastructure/event-store/position.ts'

/** Knows how far the groups have been given the log. */
export type GroupPlaces = {
  store(store: EventStore): EventStore
  /** Everything that was appended here has been delivered to each of these groups. */
  allDelivered(groups: readonly string[]): boolean
}

const further = (a: Position | undefined, b: Position | undefined): Position | undefined => {
  if (a === undefined || b === undefined) return a ?? b
  return comparePositions(a, b) < 0 ? b : a
}

export const createGroupPlaces = (): GroupPlaces => {
  const places = new Map<string, Position>()
  let head: Position | undefined

  const watched = async function* (
    group: string,
    deliveries: AsyncIterable<Delivery>,
  ): AsyncGenerator<Delivery, void, undefined> {
    for await (const delivery of deliveries) {
      // The consumer has the one before in its hands by the time it asks for the next; this one it has once it asks again.
      yield delivery
      const place = further(places.get(group), delivery.event?.position)
      if (place !== undefined) places.set(group, place)
    }
  }

  return {
    store: (store) => ({
      ...store,
      async append(...given) {
        const appended = await store.append(...given)
        head = further(head, appended.position)
        return appended
      },
      async connect(group, options) {
        const connection = await store.connect(group, options)
        return { ...connection, deliveries: watched(group, connection.deliveries) }
      },
    }),
    allDelivered: (groups) =>
      groups.every((group) => {
        const place = places.get(group)
        return head === undefined || (place !== undefined && comparePositions(place, head) >= 0)
      }),
  }
}
