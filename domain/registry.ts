import { productEvents } from './catalogue/events.ts'
import { reservationEvents, stockEvents } from './inventory/events.ts'
import { notificationEvents } from './notifications/events.ts'
import { orderEvents } from './orders/events.ts'
import { paymentEvents, paymentWebhookEvents } from './payments/events.ts'
import type { EventDefinitions, EventOf } from './shared/event-definition.ts'

/** Every event the shop stores: type, version, schema and upcasts. What is not here is neither written nor understood. */
export const shopEvents = {
  ...orderEvents,
  ...reservationEvents,
  ...stockEvents,
  ...paymentEvents,
  ...paymentWebhookEvents,
  ...notificationEvents,
  ...productEvents,
} as const satisfies EventDefinitions

export type ShopEvent = EventOf<typeof shopEvents>

const isOneOf =
  <Definitions extends EventDefinitions>(definitions: Definitions) =>
  (event: ShopEvent): event is ShopEvent & EventOf<Definitions> =>
    Object.hasOwn(definitions, event.type)

export const isOrderEvent = isOneOf(orderEvents)
export const isReservationEvent = isOneOf(reservationEvents)
export const isStockEvent = isOneOf(stockEvents)
export const isPaymentEvent = isOneOf(paymentEvents)
