import type { AllSubscriber, CatchUpMessage, Delivery, Groups } from '../event-store/port.ts'
import { Counter, type Registry } from './metrics.ts'

type Subscribing = AllSubscriber & Pick<Groups, 'connect'>

/** The same subscriptions, with what they deliver counted. */
export const measuredSubscriptions = (store: Subscribing, registry: Registry): Subscribing => {
  const deliveries = new Counter({
    name: 'event_store_deliveries_total',
    help: 'Events delivered by persistent subscriptions, handled or ignored, by group',
    labelNames: ['group'],
    registers: [registry],
  })
  const caughtUp = new Counter({
    name: 'event_store_catch_up_deliveries_total',
    help: 'Events delivered by catch-up subscriptions',
    registers: [registry],
  })

  const countedDeliveries = async function* (
    group: string,
    from: AsyncIterable<Delivery>,
  ): AsyncGenerator<Delivery, void, undefined> {
    for await (const delivery of from) {
      deliveries.inc({ group })
      yield delivery
    }
  }

  return {
    async *subscribeToAll(options): AsyncGenerator<CatchUpMessage, void, undefined> {
      for await (const message of store.subscribeToAll(options)) {
        if (message.kind === 'event') caughtUp.inc()
        yield message
      }
    },
    async connect(group, options) {
      const connection = await store.connect(group, options)
      return { ...connection, deliveries: countedDeliveries(group, connection.deliveries) }
    },
  }
}
