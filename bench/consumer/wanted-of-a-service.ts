import { eventTypeFilter, type Filter } from '@eventstore/db-client'
import { productEvents } from '../../domain/catalogue/events.ts'
import { reservationEvents, stockEvents } from '../../domain/inventory/events.ts'
import { notificationEvents } from '../../domain/notifications/events.ts'
import { orderEvents } from '../../domain/orders/events.ts'
import { paymentEvents, paymentWebhookEvents } from '../../domain/payments/events.ts'
import type { Category } from '../../domain/shared/streams.ts'
import type { ServiceName } from '../../processors/services.ts'
import { isWanted } from './log-of-orders.ts'

/** Where each event of the shop stands. */
const eventsOf: Readonly<Record<Category, object>> = {
  order: orderEvents,
  reservation: reservationEvents,
  stock: stockEvents,
  payment: paymentEvents,
  paymentWebhook: paymentWebhookEvents,
  notification: notificationEvents,
  product: productEvents,
}

const wantedOf = (service: ServiceName) =>
  Object.entries(eventsOf).flatMap(([category, events]) =>
    Object.keys(events)
      .filter((type) => isWanted(service, { stream: `${category}-any`, type }))
      .map((type) => ({ category, type })),
  )

/** The categories of streams in which anything is for the service. */
export const categoriesOf = (service: ServiceName): readonly string[] => [
  ...new Set(wantedOf(service).map(({ category }) => category)),
]

/** Lets through what is for the service, and what is called alike. */
export const typesFilterOf = (service: ServiceName): Filter =>
  eventTypeFilter({ prefixes: wantedOf(service).map(({ type }) => type) })
