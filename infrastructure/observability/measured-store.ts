import type { EventStore, StreamWriter } from '../event-store/port.ts'
import { measuredAppends } from './measured-appends.ts'
import { measuredReads } from './measured-reads.ts'
import { measuredSubscriptions } from './measured-subscriptions.ts'
import type { Registry } from './metrics.ts'

/** The same store, with its appends, reads and deliveries measured: those of them that it has. Once a registry. */
export const measured = <Store extends StreamWriter>(store: Store, registry: Registry): Store => {
  // Not every store here can do all of it. What one lacks is never called, since it stays away below.
  const whole = store as unknown as EventStore
  const instead = new Map<string | symbol, unknown>(
    Object.entries({
      ...measuredAppends(whole, registry),
      ...measuredReads(whole, registry),
      ...measuredSubscriptions(whole, registry),
    }),
  )
  // By way of the prototype: everything else is the store's own, methods and their `this` included.
  return new Proxy(store, {
    get: (target, property) => {
      const value: unknown = Reflect.get(target, property, target)
      if (typeof value !== 'function') return value
      return instead.get(property) ?? (value.bind(target) as unknown)
    },
  })
}
